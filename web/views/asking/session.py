"""Who is signed in, for how long, and that nobody else reaches a page of the staff."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, current_app, g, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from web.services.accounts import Account
from web.services.installation import Installation
from web.services.signing_in import sessions
from web.services.signing_in.browsers import family
from web.services.signing_in.sessions import ABSOLUTE_MS as ABSOLUTE_MS
from web.services.signing_in.sessions import IDLE_MS as IDLE_MS
from web.services.signing_in.sessions import Missing, Session, Way
from web.store.scope import Scope
from web.views.asking.extensions import login_manager

_STEPS = {Missing.CODE: "auth.code", Missing.SET_UP: "auth.set_up"}


class SignedIn:
    """The account of this request and its session, in the shape that Flask-Login asks for."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, session: Session) -> None:
        self.session = session
        self.account: Account = session.account

    @property
    def scope(self) -> Scope:
        """What this account may see."""
        return self.account.scope

    def get_id(self) -> str:
        """The account's id."""
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


def cookie_name(name: str) -> str:
    """The name of a cookie; over TLS one that no other host and no plain connection can set (RFC 6265bis)."""
    return f"__Host-{name}" if installation().settings.is_https else name


def current_session() -> Session | None:
    """The session of this request, also one that is only half-way there."""
    if "session_now" not in g:
        secret = request.cookies.get(cookie_name("session"), "")
        g.session_now = sessions.current(installation(), secret) if secret else None
    return cast(Session | None, g.session_now)


def half_way() -> Session | None:
    """The session of somebody who still has to show or set up a second factor."""
    now = current_session()
    return now if now is not None and now.missing else None


def begin(account: Account, way: Way, *, second_factor: bool = False) -> Session | None:
    """Sign the account in with a new session: nothing of the one before survives (W4)."""
    end()
    browser = family(request.headers.get("User-Agent", ""))
    secret = sessions.begin(installation(), account, way, browser, second_factor=second_factor)
    return _carry(secret)


def complete(now: Session) -> Session | None:
    """Let a session in which a second factor was shown go on under a new secret (W4)."""
    session.clear()
    return _carry(sessions.completed(installation(), now) or "")


def act_in(grant_id: str) -> bool:
    """Let the session of this request act in another role of its account; False when it does not hold it.

    A role that asks for a second factor shows nothing until it was shown: see `half_way`.
    """
    now = current_session()
    secret = sessions.acting(installation(), now, grant_id) if now is not None else None
    if secret is None:
        return False
    _carry(secret)
    return True


def end() -> None:
    """Sign out, here and on the server, and forget everything the browser held."""
    if (now := current_session()) is not None:
        sessions.end(installation(), now.account.id, now.id)
    g.session_secret, g.session_now = "", None
    session.clear()


def require_sign_in() -> AnyResponse | None:
    """Everybody who is not signed in goes to do that first; None for who is."""
    if current_user.is_authenticated:
        return None
    # A script cannot show the sign-in page: it is told, and tells its reader.
    if request.method != "GET" or request.accept_mimetypes.best == "application/json":
        abort(401)
    return redirect(next_step(request.full_path.rstrip("?")))


def next_step(onward: str) -> str:
    """Where somebody goes who wants to get `onward`: to what their session misses first."""
    now = current_session()
    if now is None:
        return url_for("auth.sign_in", next=onward)
    return url_for(_STEPS[now.missing], next=onward) if now.missing else onward


def local_path(target: str | None) -> str | None:
    """`target` when it is a path of this site, else None (W12: `//evil`, `/\\evil`, `https:evil`)."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return None
    if "\\" in target or any(ord(character) < 33 for character in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def register_sessions(app: Flask) -> None:
    """Recognise sessions by their cookie, and set or take the cookie where a page began or ended one."""
    # Flask-Login's own cookie would hold who somebody is; ours holds a secret and nothing else.
    login_manager.session_protection = None
    login_manager.request_loader(_signed_in)
    app.after_request(_carried)
    app.context_processor(_provider_name)


def _carry(secret: str) -> Session | None:
    g.session_secret = secret
    g.session_now = sessions.current(installation(), secret) if secret else None
    return cast(Session | None, g.session_now)


def _carried(response: Response) -> Response:
    secret = g.pop("session_secret", None)
    is_secure = installation().settings.is_https
    if secret:
        response.set_cookie(
            cookie_name("session"), secret, secure=is_secure, httponly=True, samesite="Lax", path="/"
        )
    elif secret is not None and cookie_name("session") in request.cookies:
        response.delete_cookie(
            cookie_name("session"), secure=is_secure, httponly=True, samesite="Lax", path="/"
        )
    return response


def _signed_in(_request: Request) -> SignedIn | None:
    now = current_session()
    return SignedIn(now) if now is not None and not now.missing else None


def _provider_name() -> dict[str, str]:
    """What pages call the other way of signing in; empty when there is none."""
    settings = installation().settings.provider
    return {"provider_name": settings.name if settings else ""}
