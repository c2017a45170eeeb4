"""The mark of a browser in which somebody signed in before: guessing elsewhere does not slow it down."""

from __future__ import annotations

from typing import cast

from flask import Flask, Response, g, request

from web.services.installation import new_id
from web.services.signing_in.browsers import Caller, family, network
from web.views.asking.sealing import sealed, unsealed
from web.views.asking.session import cookie_name, installation

_PURPOSE = "known browser"
_DAYS_S = 180 * 86_400
# Staff of a gatehouse share a computer.
_MOST = 20


def caller() -> Caller:
    """Who asks to be let in."""
    known_id, accounts = _known()
    here = network(request.remote_addr or "")
    return Caller(here, family(request.headers.get("User-Agent", "")), known_id, frozenset(accounts))


def remember(account_id: str) -> None:
    """Mark this browser as one in which the account signed in, with every step there is."""
    known_id, accounts = _known()
    kept = [account_id, *(other for other in accounts if other != account_id)][:_MOST]
    g.known_browser = sealed(_PURPOSE, {"id": known_id or new_id(), "for": kept})


def register_known_browsers(app: Flask) -> None:
    """Set the mark where a page asked for it."""
    app.after_request(_marked)


def _known() -> tuple[str, list[str]]:
    found = unsealed(_PURPOSE, request.cookies.get(cookie_name("known"), ""), _DAYS_S)
    return ("", []) if found is None else (str(found["id"]), cast(list[str], found["for"]))


def _marked(response: Response) -> Response:
    if (mark := g.pop("known_browser", None)) is not None:
        is_secure = installation().settings.is_https
        response.set_cookie(
            cookie_name("known"), mark, max_age=_DAYS_S, secure=is_secure, httponly=True, samesite="Lax"
        )
    return response
