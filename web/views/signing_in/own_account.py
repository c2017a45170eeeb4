"""What one looks after oneself: password, second factor, and the browsers in which one is signed in."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services import accounts
from web.services.errors import NotFoundError
from web.services.signing_in import entering, provider, recovery, second_factor, sessions
from web.services.signing_in.sessions import Session
from web.views.asking.session import SignedIn, complete, end, installation
from web.views.every_page.forms import put_beside, typed
from web.views.signing_in.known_browser import caller
from web.views.signing_in.second_factor_pages import opened_secret, recovery_page, set_up_page
from web.views.signing_in.sign_in_forms import CodeForm, ConfirmForm, FreshForm, PasswordForm, SetUpForm

own_account = Blueprint("own_account", __name__, url_prefix="/account")
_Page = Response | str | tuple[str, int]


@own_account.route("", methods=["GET", "POST"])
def page() -> _Page:
    """The signed-in account, and a new password for it."""
    form, now = PasswordForm(), _now()
    if form.is_submitted() and form.validate():
        old, new = typed(form, "old"), typed(form, "new")
        try:
            entering.change_password(installation(), now.account, old, new, caller(), now.id)
        except InputError as error:
            put_beside(form, error)
        else:
            flash(gettext("Your password was changed, and you were signed out everywhere else."))
            return redirect(url_for("own_account.page"), 303)
    shown = render_template(
        "auth/account.html",
        form=form,
        account=now.account,
        second_factor_ms=second_factor.since_ms(installation(), now.account.id),
        browsers=len(sessions.listed(installation(), now.account.id)),
        has_password=accounts.has_password(installation(), now.account.id),
        is_connected=installation().settings.provider is not None
        and provider.is_connected(installation(), now.account.id),
    )
    return (shown, 422) if form.is_submitted() else shown


@own_account.get("/sessions")
def signed_in() -> _Page:
    """The browsers in which the account is signed in."""
    now = _now()
    listed = sessions.listed(installation(), now.account.id)
    return render_template("auth/sessions.html", listed=listed, here=now.id)


@own_account.post("/sessions/<session_id>/end")
def end_one(session_id: str) -> _Page:
    """Sign one browser out."""
    now = _now()
    if session_id == now.id:
        end()
        return redirect(url_for("auth.sign_in"), 303)
    if not sessions.end(installation(), now.account.id, session_id):
        raise NotFoundError
    flash(gettext("That browser is signed out."))
    return redirect(url_for("own_account.signed_in"), 303)


@own_account.post("/sessions/end-others")
def end_others() -> _Page:
    """Sign every other browser out."""
    now = _now()
    ended = sessions.end_all(installation(), now.account.id, but=now.id)
    flash(ngettext("%(num)d browser was signed out.", "%(num)d browsers were signed out.", ended))
    return redirect(url_for("own_account.signed_in"), 303)


@own_account.get("/second-factor")
def factor() -> _Page:
    """The second factor, or how to get one."""
    return _factor_page(CodeForm(), _confirm_form(_now()))


@own_account.post("/second-factor/begin")
def begin_factor() -> _Page:
    """Show the code to scan, after the password or the present second factor was given once more."""
    now = _now()
    form = CodeForm() if _has_factor(now) else _confirm_form(now)
    if not form.validate() or not _proved(now, form):
        return _factor_page(*((form, ConfirmForm()) if isinstance(form, CodeForm) else (CodeForm(), form)))
    return set_up_page(SetUpForm(formdata=None), now.account, None, must=False)


@own_account.post("/second-factor/confirm")
def confirm_factor() -> _Page:
    """Take the scanned code for the account's second factor, and show its recovery codes once."""
    now, form = _now(), SetUpForm()
    secret = opened_secret(now.account, typed(form, "secret"))
    if secret is None:
        flash(gettext("That page was open for too long. Please begin again."))
        return redirect(url_for("own_account.factor"), 303)
    if not form.validate():
        return set_up_page(form, now.account, secret, must=False)
    try:
        codes = second_factor.confirm(installation(), now.account, secret, typed(form, "code"))
    except InputError as error:
        put_beside(form, error)
        return set_up_page(form, now.account, secret, must=False)
    sessions.end_all(installation(), now.account.id, but=now.id)
    complete(now)
    return recovery_page(codes, url_for("own_account.factor"))


@own_account.post("/second-factor/recovery-codes")
def new_codes() -> _Page:
    """Ten new recovery codes in place of the old ones."""
    now, form = _now(), CodeForm()
    if not form.validate() or not _proved(now, form):
        return _factor_page(form, ConfirmForm())
    codes = second_factor.new_recovery_codes(installation(), now.account.id)
    return recovery_page(codes, url_for("own_account.factor"))


@own_account.post("/second-factor/remove")
def remove_factor() -> _Page:
    """Go on without a second factor, where no role asks for one."""
    now, form = _now(), CodeForm()
    if second_factor.must_stay(installation(), now.account.id):
        raise NotFoundError
    if not form.validate() or not _proved(now, form):
        return _factor_page(form, ConfirmForm())
    second_factor.remove(installation(), now.account.id)
    flash(gettext("Your second factor is removed."))
    return redirect(url_for("own_account.factor"), 303)


def _now() -> Session:
    return cast(SignedIn, current_user).session


def _has_factor(now: Session) -> bool:
    return second_factor.since_ms(installation(), now.account.id) is not None


def _confirm_form(now: Session) -> ConfirmForm | FreshForm:
    """What somebody without a second factor proves themselves by: the password, if there is one."""
    return ConfirmForm() if accounts.has_password(installation(), now.account.id) else FreshForm()


def _proved(now: Session, form: CodeForm | ConfirmForm | FreshForm) -> bool:
    """Whether code or password is right, or the sign-in recent; says so beside the field (ASVS 5.0 7.5.1)."""
    try:
        if isinstance(form, FreshForm):
            entering.expect_fresh(installation(), now)
        else:
            name = "code" if isinstance(form, CodeForm) else "password"
            entering.prove(installation(), now.account, typed(form, name), caller(), by=name)
    except InputError as error:
        put_beside(form, error)
        return False
    return True


def _factor_page(code: CodeForm, confirm: ConfirmForm | FreshForm) -> _Page:
    inst, now = installation(), _now()
    shown = render_template(
        "auth/second_factor.html",
        code=code,
        confirm=confirm,
        account=now.account,
        since_ms=second_factor.since_ms(inst, now.account.id),
        left=recovery.left(inst, now.account.id),
        must=second_factor.must_stay(inst, now.account.id),
    )
    return (shown, 422) if request.method == "POST" else shown
