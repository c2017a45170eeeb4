"""Who is signed in, for how long, and that nobody else reaches a page of the staff."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from flask import abort, current_app, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from web.services import accounts
from web.services.accounts import Account
from web.services.installation import Installation
from web.store.scope import Scope
from web.views.extensions import login_manager

IDLE_MS = 2 * 3_600_000
ABSOLUTE_MS = 12 * 3_600_000
_TOUCH_MS = 60_000


class SignedIn:
    """The account of this request, in the shape that Flask-Login asks for."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, account: Account) -> None:
        self.account = account

    @property
    def scope(self) -> Scope:
        """What this account may see."""
        return self.account.scope

    def get_id(self) -> str:
        """The account's id, as Flask-Login keeps it in the session."""
        return self.account.id


def installation() -> Installation:
    """The installation this app serves."""
    return cast(Installation, current_app.extensions["installation"])


def now_ms() -> int:
    """Unix milliseconds by the installation's clock."""
    return installation().now_ms()


def scope() -> Scope:
    """The scope of the account that is signed in."""
    return cast(SignedIn, current_user).scope


def begin(account: Account) -> None:
    """Sign the account in with a new session: nothing of the one before survives (W4)."""
    session.clear()
    session.permanent = False
    session["epoch"] = account.session_epoch
    session["began_ms"] = session["used_ms"] = now_ms()
    login_user(SignedIn(account))


def end() -> None:
    """Sign out and forget everything the session held."""
    logout_user()
    session.clear()


def require_sign_in() -> Response | None:
    """For a blueprint's `before_request`: everybody who is not signed in goes to do that first."""
    if current_user.is_authenticated:
        return None
    # A script cannot show the sign-in page: it is told, and tells its reader.
    if request.method != "GET" or request.accept_mimetypes.best == "application/json":
        abort(401)
    return redirect(url_for("auth.sign_in", next=request.full_path.rstrip("?")))


def local_path(target: str | None) -> str | None:
    """`target` when it is a path of this site, else None (W12: `//evil`, `/\\evil`, `https:evil`)."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return None
    if "\\" in target or any(ord(character) < 33 for character in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def _signed_in(account_id: str) -> SignedIn | None:
    began, used, now = session.get("began_ms", 0), session.get("used_ms", 0), now_ms()
    if now - began > ABSOLUTE_MS or now - used > IDLE_MS:
        return None
    account = accounts.account(installation(), account_id)
    # The epoch rises with a new password or a sign-out everywhere: older sessions end with it.
    if account is None or account.session_epoch != session.get("epoch"):
        return None
    if now - used > _TOUCH_MS:
        session["used_ms"] = now
    return SignedIn(account)


login_manager.user_loader(_signed_in)
