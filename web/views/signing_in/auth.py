"""Signing in, step by step, and out again."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.accounts import Account
from web.services.places.places import DEFAULT_ZONE
from web.services.signing_in import entering, recovery, second_factor, slowing
from web.services.signing_in.entering import Wait
from web.services.signing_in.sessions import Missing, Session, Way
from web.views.asking.extensions import limiter
from web.views.asking.session import begin, complete, end, half_way, installation, local_path, next_step
from web.views.every_page.forms import put_beside, typed
from web.views.every_page.language import said
from web.views.every_page.presenting import zone_time
from web.views.signing_in.known_browser import caller, remember
from web.views.signing_in.second_factor_pages import opened_secret, recovery_page, set_up_page
from web.views.signing_in.sign_in_forms import CodeForm, SetUpForm, SignInForm

auth = Blueprint("auth", __name__)
_Page = Response | str | tuple[str, int]
# What one address may send at all; guesses are counted by entering.py, in the database.
_FLOOD = "60 per minute; 600 per hour"
_FEW_CODES = 3


@auth.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(_FLOOD, methods=["POST"])
def sign_in() -> _Page:
    """Ask for login and password; then on to where the visitor of the page wanted to go."""
    if current_user.is_authenticated:
        return redirect(onward())
    form = SignInForm()
    if not form.is_submitted():
        return render_template("auth/sign_in.html", form=form)
    if not form.validate():
        return render_template("auth/sign_in.html", form=form), 422
    found = entering.with_password(installation(), typed(form, "login"), typed(form, "password"), caller())
    if isinstance(found, Account):
        return let_in(begin(found, Way.TYPED))
    if isinstance(found, Wait):
        return _slowed("auth/sign_in.html", form, found)
    form.password.errors = [
        gettext("Login and password do not match. Check both, or ask your administrator.")
    ]
    return render_template("auth/sign_in.html", form=form), 422


@auth.route("/sign-in/code", methods=["GET", "POST"])
@limiter.limit(_FLOOD, methods=["POST"])
def code() -> _Page:
    """Ask for a code of the second factor."""
    now = half_way()
    if now is None or now.missing is not Missing.CODE:
        return redirect(next_step(onward()))
    form = CodeForm()
    if not form.is_submitted():
        return render_template("auth/code.html", form=form, account=now.account)
    if not form.validate():
        return render_template("auth/code.html", form=form, account=now.account), 422
    is_right = entering.with_code(installation(), now.account, typed(form, "code"), caller())
    if is_right is True:
        return let_in(complete(now))
    if isinstance(is_right, Wait):
        return _slowed("auth/code.html", form, is_right)
    form.code.errors = [gettext("This code does not work. Each works once, for half a minute.")]
    return render_template("auth/code.html", form=form, account=now.account), 422


@auth.route("/sign-in/set-up", methods=["GET", "POST"])
@limiter.limit(_FLOOD, methods=["POST"])
def set_up() -> _Page:
    """Let somebody whose role asks for a second factor set one up, before they see anything else."""
    now = half_way()
    if now is None or now.missing is not Missing.SET_UP:
        return redirect(next_step(onward()))
    form = SetUpForm()
    secret = opened_secret(now.account, typed(form, "secret")) if form.is_submitted() else None
    if secret is None or not form.validate():
        return set_up_page(form, now.account, secret, must=True)
    try:
        codes = second_factor.confirm(installation(), now.account, secret, typed(form, "code"))
    except InputError as error:
        put_beside(form, error)
        return set_up_page(form, now.account, secret, must=True)
    if complete(now) is None:
        return redirect(url_for("auth.sign_in", next=onward()))
    _welcome(now.account)
    return recovery_page(codes, onward())


@auth.post("/sign-out")
def sign_out() -> _Page:
    """End the session."""
    end()
    return redirect(url_for("auth.sign_in"), 303)


def onward() -> str:
    """Where somebody wants to go once they are in."""
    return local_path(request.args.get("next")) or url_for("enterprises.home")


def let_in(now: Session | None, wanted: str | None = None) -> Response:
    """On to the next step, or in and to what was wanted."""
    if now is not None and not now.missing:
        _welcome(now.account)
    return redirect(next_step(wanted or onward()), 303)


def _welcome(account: Account) -> None:
    """Know this browser from now on, and tell what others tried meanwhile (ASVS 5.0 6.3.5)."""
    remember(account.id)
    inst = installation()
    if (untold := slowing.told(inst, account.id)) is not None:
        since = zone_time(untold.first_ms, DEFAULT_ZONE)
        flash(
            ngettext(
                "%(num)d attempt to sign in as you failed since %(since)s. If it was not you, "
                "change your password.",
                "%(num)d attempts to sign in as you failed since %(since)s. If it was not you, "
                "change your password.",
                untold.failures,
                since=since.striptags(),
            )
        )
    if second_factor.since_ms(inst, account.id) and (left := recovery.left(inst, account.id)) <= _FEW_CODES:
        flash(
            ngettext(
                "%(num)d recovery code is left. Make new ones under your account.",
                "%(num)d recovery codes are left. Make new ones under your account.",
                left,
            )
        )


def _slowed(template: str, form: CodeForm | SignInForm, wait: Wait) -> Response:
    form.form_errors.append(said(entering.wait_sentence(wait)))
    now = half_way()
    page = render_template(template, form=form, account=now.account if now else None)
    response = make_response(page, 429)
    response.headers["Retry-After"] = str(wait.seconds)
    return response
