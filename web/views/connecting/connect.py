"""Other programs: tokens with which they call, and webhooks that tell them what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.access.names import RIGHT_NAMES, ROLES
from web.services.accounts import Account
from web.services.connecting import tokens, webhooks
from web.services.connecting.events import CHOICES, EVENT_NAMES
from web.views.asking.sealing import sealed, unsealed
from web.views.asking.session import SignedIn, installation, scope
from web.views.every_page.language import said

connect_pages = Blueprint("connect", __name__)
_Page = Response | str | tuple[str, int]

DAYS = (30, 90, 180, 365)
STATES = ("waiting", "dead", "done")
_SHOWN_ONCE_S = 600
_PURPOSE = "secret of a program"


@connect_pages.get("/connect")
def overview() -> _Page:
    """One's own tokens and the webhooks in scope; with a new token's secret, once."""
    return _overview({}, {})


@connect_pages.post("/connect/tokens")
def create_token() -> _Page:
    """Make a token."""
    form = request.form
    days = form.get("days", "")
    try:
        made = tokens.create(
            installation(),
            _account(),
            form.get("name", ""),
            form.getlist("scopes"),
            int(days) if days.isdecimal() and len(days) < 5 else 0,
        )
    except InputError as error:
        typed = {"name": form.get("name", ""), "days": days, "scopes": form.getlist("scopes")}
        return _overview({error.field: said(error.sentence)}, typed), 422
    _keep_secret(made.token_id, made.secret)
    return redirect(url_for("connect.overview"), 303)


@connect_pages.post("/connect/tokens/<token_id>/revoke")
def revoke_token(token_id: str) -> _Page:
    """End a token."""
    tokens.revoke(installation(), _account().id, token_id)
    flash(gettext("The token was revoked. Programs that use it are refused from now on."))
    return redirect(url_for("connect.overview"), 303)


@connect_pages.post("/connect/webhooks")
def create_webhook() -> _Page:
    """Make a webhook."""
    url, events = request.form.get("url", ""), request.form.getlist("events")
    try:
        made = webhooks.create(installation(), _account(), url, events)
    except InputError as error:
        return _overview({error.field: said(error.sentence)}, {"url": url, "events": events}), 422
    _keep_secret(made.webhook_id, made.secret)
    return redirect(url_for("connect.webhook", webhook_id=made.webhook_id), 303)


@connect_pages.get("/connect/webhooks/<webhook_id>")
def webhook(webhook_id: str) -> _Page:
    """One webhook with what it was told; with a new secret, once."""
    state = request.args.get("state", "")
    before = request.args.get("before", "")[:64]
    chosen = state if state in STATES else ""
    hook = webhooks.webhook(installation(), scope(), webhook_id)
    found, older = webhooks.deliveries(installation(), scope(), webhook_id, before=before, state=chosen)
    return render_template(
        "connect/webhook.html",
        hook=hook,
        secret=_kept_secret(webhook_id),
        deliveries=found,
        older=older,
        before=before,
        state=chosen,
        event_names=EVENT_NAMES,
    )


@connect_pages.get("/connect/webhooks/<webhook_id>/deliveries/<delivery_id>")
def delivery(webhook_id: str, delivery_id: str) -> _Page:
    """What a delivery says, as it was sent."""
    body = webhooks.body_of(installation(), scope(), webhook_id, delivery_id)
    response = Response(body, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@connect_pages.post("/connect/webhooks/<webhook_id>/deliveries/<delivery_id>/retry")
def retry(webhook_id: str, delivery_id: str) -> _Page:
    """Try a delivery again."""
    webhooks.retry(installation(), scope(), webhook_id, delivery_id)
    flash(gettext("It is sent again within seconds."))
    return redirect(url_for("connect.webhook", webhook_id=webhook_id), 303)


@connect_pages.post("/connect/webhooks/<webhook_id>/test")
def test(webhook_id: str) -> _Page:
    """Send a test."""
    webhooks.test(installation(), scope(), webhook_id)
    flash(gettext("A test is sent within seconds. Reload this page to see how it went."))
    return redirect(url_for("connect.webhook", webhook_id=webhook_id), 303)


@connect_pages.post("/connect/webhooks/<webhook_id>/secret")
def renew(webhook_id: str) -> _Page:
    """Make a new secret."""
    _keep_secret(webhook_id, webhooks.renew(installation(), scope(), webhook_id))
    return redirect(url_for("connect.webhook", webhook_id=webhook_id), 303)


@connect_pages.post("/connect/webhooks/<webhook_id>/pause")
def pause(webhook_id: str) -> _Page:
    """Pause it, or let it go on."""
    webhooks.pause(installation(), scope(), webhook_id, paused=request.form.get("paused") == "1")
    return redirect(url_for("connect.webhook", webhook_id=webhook_id), 303)


@connect_pages.post("/connect/webhooks/<webhook_id>/remove")
def remove(webhook_id: str) -> _Page:
    """End it."""
    webhooks.remove(installation(), scope(), webhook_id)
    flash(gettext("The webhook was removed. Nothing more is sent there."))
    return redirect(url_for("connect.overview"), 303)


def _overview(wrong: Mapping[str, str], typed: Mapping[str, object]) -> str:
    account = _account()
    return render_template(
        "connect/page.html",
        tokens=tokens.listed(installation(), account.id),
        webhooks=webhooks.listed(installation(), scope()),
        secret=_kept_secret(),
        scopes=[(right.value, RIGHT_NAMES[right]) for right in tokens.grantable(account.role)],
        events=[(event.value, EVENT_NAMES[event]) for event in CHOICES],
        role_names=ROLES,
        right_names=RIGHT_NAMES,
        days=DAYS,
        wrong=wrong,
        typed=typed,
    )


def _keep_secret(name: str, secret: str) -> None:
    # The session lies in the browser, signed but readable: the secret is sealed in it.
    session["secret"] = sealed(_PURPOSE, {"of": name, "secret": secret, "account": _account().id})


def _kept_secret(name: str = "") -> str:
    kept = unsealed(_PURPOSE, session.pop("secret", ""), _SHOWN_ONCE_S)
    if kept is None or kept["account"] != _account().id or (name and kept["of"] != name):
        return ""
    return str(kept["secret"])


def _account() -> Account:
    return cast(SignedIn, current_user).account
