"""The pages behind a link for staff: one chooses login and password, or a provider answers for one.

The secret of the link stands behind "#", which no log sees; the first page moves it into the browser's own
sealed cookie for an hour.
"""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services import accounts
from web.services.access import joining
from web.services.access.inviting import Invitation
from web.services.signing_in.provider import Identity
from web.services.signing_in.sessions import Way
from web.views.asking.extensions import limiter
from web.views.asking.sealing import sealed, unsealed
from web.views.asking.session import begin, end, installation
from web.views.every_page.forms import put_beside, typed
from web.views.signing_in.auth import let_in
from web.views.signing_in.provider_pages import JOIN_AS, joining_as, provider_settings, set_out
from web.views.signing_in.sign_in_forms import JoinAsForm, JoinForm, LinkForm

staff_door = Blueprint("staff_door", __name__)
_Page = Response | str | tuple[str, int]
_JOIN = "join"
_SECRET_S = 3600


@staff_door.route("/join", methods=["GET", "POST"])
@limiter.limit("30 per minute; 300 per hour")
def join() -> _Page:
    """Take the secret out of the link; without script, somebody pastes the link here."""
    form = LinkForm()
    if not form.validate_on_submit():
        shown = render_template("staff/join_open.html", form=form)
        return (shown, 422) if form.is_submitted() else shown
    secret = typed(form, "link").rpartition("#")[2].strip()
    joining.shown(installation(), secret)
    session[_JOIN] = sealed(_JOIN, {"secret": secret})
    session.pop(JOIN_AS, None)
    return redirect(url_for("staff_door.choose"), 303)


@staff_door.route("/join/choose", methods=["GET", "POST"])
@limiter.limit("30 per minute; 300 per hour")
def choose() -> _Page:
    """What the link is for, and the form; whoever sends it is in at once, as far as the password leads."""
    if not (secret := _secret()):
        return redirect(url_for("staff_door.join"))
    invitation, form = joining.shown(installation(), secret), JoinForm()
    if form.is_submitted() and form.validate():
        try:
            joined = joining.accept(installation(), secret, typed(form, "login"), typed(form, "password"))
        except InputError as error:
            put_beside(form, error)
        else:
            return _chosen(joined)
    return _page("staff/join.html", invitation, form)


@staff_door.get("/join/provider")
@limiter.limit("30 per minute")
def go() -> _Page:
    """On to the OpenID provider, to accept the invitation as who one is there."""
    if not _secret():
        return redirect(url_for("staff_door.join"))
    return set_out(_JOIN, "")


@staff_door.route("/join/as", methods=["GET", "POST"])
@limiter.limit("30 per minute; 300 per hour")
def accept_as() -> _Page:
    """Accept as the one whom the provider named: in the account they have, or in a new one."""
    secret, identity = _secret(), joining_as()
    if not secret or identity is None:
        return redirect(url_for("staff_door.join"))
    invitation, form = joining.shown(installation(), secret), JoinAsForm()
    if form.is_submitted() and form.validate():
        try:
            joined = joining.accept_as(installation(), secret, identity, typed(form, "login"))
        except InputError as error:
            put_beside(form, error)
        else:
            return _entered(joined, identity)
    known = joining.login_of(installation(), identity)
    return _page("staff/join_as.html", invitation, form, known=known)


def _chosen(account_id: str) -> Response:
    """In with the password that was typed a moment ago; a second factor is still asked where one is due."""
    account = accounts.account(installation(), account_id)
    if account is None:  # the role begins another day
        end()
        flash(gettext("Done. Sign in with your login and this password when your role has begun."))
        return redirect(url_for("auth.sign_in"), 303)
    now = begin(account, Way.TYPED)
    if now is not None and not now.missing:
        flash(gettext("You are signed in. Next time, use the login and the password that you just chose."))
    return let_in(now, "/")


def _entered(account_id: str, identity: Identity) -> Response:
    account = accounts.account(installation(), account_id)
    if account is None:  # the role begins another day
        end()
        name = provider_settings().name
        flash(gettext("Done. Sign in with %(provider)s when your role has begun.", provider=name))
        return redirect(url_for("auth.sign_in"), 303)
    return let_in(begin(account, Way.PROVIDER, second_factor=identity.has_second_factor), "/")


def _page(template: str, invitation: Invitation, form: JoinForm | JoinAsForm, **more: object) -> Response:
    response = make_response(render_template(template, invitation=invitation, form=form, **more))
    response.headers["Cache-Control"] = "no-store"
    if form.is_submitted():
        response.status_code = 422
    return response


def _secret() -> str:
    kept = unsealed(_JOIN, str(session.get(_JOIN, "")), _SECRET_S)
    return str(kept["secret"]) if kept else ""
