"""Other programs: one's own tokens, and webhooks with their deliveries."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.access import Right
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.paging import Paging, opened, sealed
from web.api.declaring.shapes import Given, Loose, Made, Told, list_of, page_of, told
from web.services.connecting import tokens, webhooks
from web.services.connecting.events import Event
from web.services.connecting.tokens import Token as TokenRow
from web.services.connecting.webhooks import Delivery as DeliveryRow
from web.services.connecting.webhooks import Webhook as WebhookRow
from web.views.asking.session import installation

connect_api = Operations("connect", "Tokens and webhooks")
Token = told(TokenRow, "Token")
Webhook = told(WebhookRow, "Webhook")
Delivery = told(DeliveryRow, "Delivery")


class WebhookGiven(Given):
    """Where to send to, and what."""

    url: Annotated[str, Field(min_length=8, max_length=500)]
    events: list[Annotated[Event, Loose]] = Field(min_length=1, max_length=20)


class PausedGiven(Given):
    """Whether a webhook is paused."""

    paused: bool


class DeliveriesAsked(Paging):
    """Which deliveries."""

    state: Literal["", "waiting", "done", "dead"] = ""


class WebhookMade(Told):
    """A new webhook, with the secret that is shown only now."""

    webhook_id: str
    secret: str


class Secret(Told):
    """A new secret, shown only now."""

    secret: str


class Body(Told):
    """What a delivery says."""

    body: dict[str, Any]


@connect_api.read("/tokens", Right.CONNECT, list_of(Token, "Tokens"))
def list_tokens() -> Any:
    """The tokens of the caller's account. New ones are made on a page, by a person."""
    return {"items": tokens.listed(installation(), account().id)}


@connect_api.remove("/tokens/<token_id>", Right.CONNECT)
def revoke_token(token_id: str) -> None:
    """End a token of the caller's account, also the one that calls."""
    tokens.revoke(installation(), account().id, token_id)


@connect_api.read("/webhooks", Right.CONNECT, list_of(Webhook, "Webhooks"))
def list_webhooks() -> Any:
    """The webhooks in scope."""
    return {"items": webhooks.listed(installation(), scope())}


@connect_api.make("/webhooks", Right.CONNECT, WebhookMade, takes=WebhookGiven)
def create_webhook(given: WebhookGiven) -> Any:
    """Be told of what happens in the scope of the token's role."""
    return webhooks.create(installation(), account(), given.url, given.events)


@connect_api.read("/webhooks/<webhook_id>", Right.CONNECT, Webhook)
def show_webhook(webhook_id: str) -> Any:
    """One webhook."""
    return webhooks.webhook(installation(), scope(), webhook_id)


@connect_api.change("/webhooks/<webhook_id>", Right.CONNECT, takes=WebhookGiven)
def change_webhook(webhook_id: str, given: WebhookGiven) -> None:
    """Send it elsewhere, or tell it of other events."""
    webhooks.change(installation(), scope(), webhook_id, given.url, given.events)


@connect_api.change("/webhooks/<webhook_id>/paused", Right.CONNECT, takes=PausedGiven)
def pause_webhook(webhook_id: str, given: PausedGiven) -> None:
    """Pause a webhook or let it go on; what happens meanwhile is not told later."""
    webhooks.pause(installation(), scope(), webhook_id, paused=given.paused)


@connect_api.act("/webhooks/<webhook_id>/secret", Right.CONNECT, Secret)
def renew_secret(webhook_id: str) -> Any:
    """A new secret; the one before is signed with as well for a day."""
    return {"secret": webhooks.renew(installation(), scope(), webhook_id)}


@connect_api.act("/webhooks/<webhook_id>/test", Right.CONNECT, Made)
def test_webhook(webhook_id: str) -> Any:
    """Send a delivery that only says that it is a test."""
    return {"id": webhooks.test(installation(), scope(), webhook_id)}


@connect_api.remove("/webhooks/<webhook_id>", Right.CONNECT)
def remove_webhook(webhook_id: str) -> None:
    """End a webhook; what waited is never sent."""
    webhooks.remove(installation(), scope(), webhook_id)


@connect_api.read(
    "/webhooks/<webhook_id>/deliveries",
    Right.CONNECT,
    page_of(Delivery, "DeliveryPage"),
    query=DeliveriesAsked,
)
def list_deliveries(webhook_id: str, asked: DeliveriesAsked) -> Any:
    """A webhook's deliveries and how they went, the newest first."""
    before = "".join(opened(installation(), "deliveries", asked.cursor))
    items, older = webhooks.deliveries(
        installation(), scope(), webhook_id, before=before, state=asked.state, limit=asked.limit
    )
    return {"items": items, "next": sealed(installation(), "deliveries", [older] if older else [])}


@connect_api.read("/webhooks/<webhook_id>/deliveries/<delivery_id>", Right.CONNECT, Body)
def show_delivery(webhook_id: str, delivery_id: str) -> Any:
    """What a delivery says."""
    body = webhooks.body_of(installation(), scope(), webhook_id, delivery_id)
    return {"body": json.loads(body)}


@connect_api.act("/webhooks/<webhook_id>/deliveries/<delivery_id>/retry", Right.CONNECT)
def retry_delivery(webhook_id: str, delivery_id: str) -> None:
    """Try a delivery again now."""
    webhooks.retry(installation(), scope(), webhook_id, delivery_id)
