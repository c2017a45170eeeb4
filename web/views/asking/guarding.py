"""Asks before every request whether its sender may make it, as the table of web/views/access.py says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from domain.access import Right
from domain.wording import Sentence
from web.services.access import rights
from web.services.accounts import Account
from web.services.errors import ForbiddenError
from web.views.access import TABLE, Access, Need, Open
from web.views.asking.session import SignedIn, require_sign_in
from web.views.every_page.errors import error_page

_CLOSED = Sentence(
    "This page is open to nobody. Nothing was changed.", "此页面不对任何人开放。未作任何更改。"
)


def register_guard(app: Flask) -> None:
    """Let nothing be reached but by the table; templates ask `may_go` and `may_send`."""
    app.extensions["access"] = dict(TABLE)
    app.before_request(_guard)
    app.register_error_handler(ForbiddenError, lambda error: error_page(403, error.sentence))
    app.add_template_global(may_go, "may_go")
    app.add_template_global(may_send, "may_send")
    app.add_template_global(may, "may")


def let_in(app: Flask, calls: Mapping[str, Access]) -> None:
    """Add endpoints to what the table says; for calls of programs, which bring a table of their own."""
    app.extensions["access"].update(calls)


def access_table(app: Flask) -> Mapping[str, Access]:
    """What it takes for every endpoint of the app."""
    return cast(Mapping[str, Access], app.extensions["access"])


def needed() -> Need | None:
    """What this request takes; None for an endpoint that nobody may reach."""
    found = access_table(current_app).get(request.endpoint or "")
    return found.need(request.method) if found else None


def may(right: str) -> bool:
    """Whether the role that is signed in holds a right, by its value; for pages."""
    return current_user.is_authenticated and _account().may(Right(right))


def may_go(path: str) -> bool:
    """Whether whoever reads this page may open another one; so that no link leads to a closed door."""
    return _may(path, "GET")


def may_send(path: str) -> bool:
    """Whether whoever reads this page may send a form there."""
    return _may(path, "POST")


def _may(path: str, method: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        endpoint, _ = adapter.match(urlsplit(path).path, method)
    except (HTTPException, RequestRedirect):
        return False
    found = access_table(current_app).get(endpoint)
    need = found.need(method) if found else None
    if isinstance(need, Right):
        return current_user.is_authenticated and _account().may(need)
    return need is Open.PUBLIC or (need is Open.SIGNED_IN and current_user.is_authenticated)


def _guard() -> Response | None:
    if request.endpoint is None:  # no such page, which is said to everybody
        return None
    found = access_table(current_app).get(request.endpoint)
    if found is None:
        raise ForbiddenError(_CLOSED)
    need = found.need(request.method)
    # A kiosk and a program show who they are in their own way, which their own pages ask for.
    if found.by_token or need in (Open.PUBLIC, Open.KIOSK):
        return None
    elsewhere = require_sign_in()
    if elsewhere is None and isinstance(need, Right):
        rights.required(_account(), need)
    return elsewhere


def _account() -> Account:
    return cast(SignedIn, current_user).account
