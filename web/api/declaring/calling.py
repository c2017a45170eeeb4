"""Who calls the API: a token in the Authorization header, never a cookie, and the right it needs."""

from __future__ import annotations

from typing import cast

from flask import g, request
from limits import RateLimitItem, parse
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from domain.access import Right
from web.services.access.names import who_can_help
from web.services.access.rights import required
from web.services.accounts import Account
from web.services.connecting import tokens
from web.services.connecting.tokens import Caller
from web.services.errors import ForbiddenError
from web.store.scope import Scope
from web.views.asking.extensions import limiter
from web.views.asking.session import installation
from web.views.every_page.problems import problem

_GUESSES = parse("60 per minute")
_CALLS = parse("1200 per minute")


def authenticated() -> Response | None:
    """For a blueprint's `before_request`: 401 unless a living token came along, 429 for too many calls."""
    g.caller = None
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    found = tokens.caller(installation(), secret.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        _count(_GUESSES, request.remote_addr or "")
        return problem(401)
    _count(_CALLS, found.token_id)
    g.caller = found
    return None


def caller() -> Caller:
    """The caller of this request."""
    return cast(Caller, g.caller)


def account() -> Account:
    """The account on whose behalf the program calls, in the role that the token was made in."""
    return caller().account


def scope() -> Scope:
    """Whose data this call may see."""
    return account().scope


def expect(right: Right) -> None:
    """ForbiddenError unless the role has the right and the token was given it."""
    required(account(), right)
    if not caller().may(right):
        raise ForbiddenError(who_can_help(right))


def _count(limit: RateLimitItem, key: str) -> None:
    # Not the extension's decorators: those count before it is known whose token it is.
    if limiter.enabled and not limiter.limiter.hit(limit, "api", key):
        raise TooManyRequests
