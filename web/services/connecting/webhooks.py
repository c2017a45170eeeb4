"""Webhooks: made with a secret that is shown once, renewed, paused, and their deliveries looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import InputError
from web.db.connecting.connection import Connection, Record
from web.services.accounts import Account
from web.services.connecting import addresses, events, signing
from web.services.connecting.events import CHOICES, Event, Happened
from web.services.connecting.signing import Secrets, secrets_from
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.store.connecting import webhooks as rows
from web.store.scope import Scope

WEBHOOKS_MOST = 20
PAGE = 50


@dataclass(frozen=True, slots=True)
class Created:
    """A new webhook with its secret, which is shown only now."""

    webhook_id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as staff see it.

    `waiting` and `dead` count its deliveries; until `overlap_ms` the secret before is signed with as well.
    """

    id: str
    url: str
    events: tuple[Event, ...]
    created_ms: int
    paused_ms: int | None
    waiting: int
    dead: int
    overlap_ms: int | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for a webhook, and how often and how it was tried; `fault` says why it was not taken."""

    id: str
    event: Event
    state: str
    attempts: int
    status: int
    fault: str
    created_ms: int
    next_ms: int | None
    done_ms: int | None


def create(inst: Installation, account: Account, url: str, wanted: Sequence[str]) -> Created:
    """A new webhook for everything in the account's scope; InputError names the bad field."""
    checked, secret, identity = _checked(inst, url, wanted), Secrets(signing.new_secret()), new_id()

    def work(connection: Connection) -> None:
        if len(rows.rows(connection, account.scope)) >= WEBHOOKS_MOST:
            raise InputError(
                "url", f"There are {WEBHOOKS_MOST} webhooks already.", f"已有 {WEBHOOKS_MOST} 个 Webhook。"
            )
        rows.added(
            connection,
            id=identity,
            area_path=account.scope.area_path,
            enterprise_id=account.scope.enterprise_id or None,
            secret_sealed=_sealed(inst, identity, secret),
            account_id=account.id,
            created_ms=inst.now_ms(),
            **checked,
        )

    inst.write(work)
    return Created(identity, secret.current)


def listed(inst: Installation, scope: Scope) -> list[Webhook]:
    """The webhooks in scope, the newest first."""
    return inst.read(lambda c: [_shown(c, inst, row) for row in rows.rows(c, scope)])


def webhook(inst: Installation, scope: Scope, webhook_id: str) -> Webhook:
    """One webhook; NotFoundError outside the scope."""
    return inst.read(lambda c: _shown(c, inst, _row(c, scope, webhook_id)))


def change(inst: Installation, scope: Scope, webhook_id: str, url: str, wanted: Sequence[str]) -> None:
    """Send it elsewhere or tell it of other events; what waits goes to the new address."""
    checked = _checked(inst, url, wanted)

    def work(connection: Connection) -> None:
        rows.changed(connection, _row(connection, scope, webhook_id).id, **checked)

    inst.write(work)


def renew(inst: Installation, scope: Scope, webhook_id: str) -> str:
    """A new secret, shown only now; the one before is signed with as well for a day."""

    def work(connection: Connection) -> str:
        row = _row(connection, scope, webhook_id)
        made = secrets_of(inst, row.id, row.secret_sealed).renewed(inst.now_ms())
        rows.changed(connection, row.id, secret_sealed=_sealed(inst, row.id, made))
        return made.current

    return inst.write(work)


def pause(inst: Installation, scope: Scope, webhook_id: str, *, paused: bool) -> None:
    """Tell it nothing for a while: what happens meanwhile is not told later, what waits is."""

    def work(connection: Connection) -> None:
        row = _row(connection, scope, webhook_id)
        rows.changed(connection, row.id, paused_ms=inst.now_ms() if paused else None)

    inst.write(work)


def remove(inst: Installation, scope: Scope, webhook_id: str) -> None:
    """End a webhook; what waited is never sent."""

    def work(connection: Connection) -> None:
        rows.changed(connection, _row(connection, scope, webhook_id).id, deleted_ms=inst.now_ms())

    inst.write(work)


def test(inst: Installation, scope: Scope, webhook_id: str) -> str:
    """The id of a delivery that only says that it is a test."""

    def work(connection: Connection) -> str:
        row, now_ms = _row(connection, scope, webhook_id), inst.now_ms()
        made = events.delivery(row.id, Happened(Event.TEST, "", "", now_ms, {}), "", now_ms)
        rows.deliveries_added(connection, [made])
        return str(made["id"])

    return inst.write(work)


def deliveries(
    inst: Installation, scope: Scope, webhook_id: str, *, before: str = "", state: str = "", limit: int = PAGE
) -> tuple[list[Delivery], str]:
    """A webhook's deliveries, the newest first, and the cursor of the page after, "" at the end."""

    def work(connection: Connection) -> tuple[list[Delivery], str]:
        row = _row(connection, scope, webhook_id)
        found = rows.of_webhook(connection, row.id, before=before, state=state, limit=limit + 1)
        shown = [_delivery(one) for one in found[:limit]]
        return shown, shown[-1].id if len(found) > limit else ""

    return inst.read(work)


def body_of(inst: Installation, scope: Scope, webhook_id: str, delivery_id: str) -> bytes:
    """What a delivery says."""

    def work(connection: Connection) -> bytes:
        row = rows.delivery(connection, _row(connection, scope, webhook_id).id, delivery_id)
        if row is None:
            raise NotFoundError
        return bytes(row.body)

    return inst.read(work)


def retry(inst: Installation, scope: Scope, webhook_id: str, delivery_id: str) -> None:
    """Try a delivery again now, with all its tries before it; also one that was taken or given up."""

    def work(connection: Connection) -> None:
        row = rows.delivery(connection, _row(connection, scope, webhook_id).id, delivery_id)
        if row is None:
            raise NotFoundError
        again = {"state": rows.WAITING, "attempts": 0, "next_ms": inst.now_ms(), "done_ms": None}
        rows.settled(connection, row.id, **again)

    inst.write(work)


def secrets_of(inst: Installation, webhook_id: str, sealed: bytes) -> Secrets:
    """The secrets of a webhook."""
    return secrets_from(inst.cipher.opened(sealed, _place(webhook_id)))


def _sealed(inst: Installation, webhook_id: str, secret: Secrets) -> bytes:
    return inst.cipher.sealed(secret.to_bytes(), _place(webhook_id))


def _place(webhook_id: str) -> str:
    return f"webhooks|secret_sealed|{webhook_id}"


def _checked(inst: Installation, url: str, wanted: Sequence[str]) -> dict[str, object]:
    addresses.target_of(url, inside=inst.settings.webhooks_inside)
    if not wanted or set(wanted) - {event.value for event in CHOICES}:
        raise InputError("events", "Choose at least one event.", "请至少选择一种事件。")
    chosen = [event.value for event in CHOICES if event.value in set(wanted)]
    return {"url": url.strip(), "events": " ".join(chosen)}


def _row(connection: Connection, scope: Scope, webhook_id: str) -> Record:
    row = rows.row(connection, scope, webhook_id)
    if row is None:
        raise NotFoundError
    return row


def _shown(connection: Connection, inst: Installation, row: Record) -> Webhook:
    counts = rows.counts(connection, row.id)
    secret = secrets_of(inst, row.id, row.secret_sealed)
    is_doubled = len(secret.alive(inst.now_ms())) > 1
    return Webhook(
        row.id,
        row.url,
        tuple(Event(name) for name in row.events.split()),
        row.created_ms,
        row.paused_ms,
        counts.get(rows.WAITING, 0),
        counts.get(rows.DEAD, 0),
        secret.until_ms if is_doubled else None,
    )


def _delivery(row: Record) -> Delivery:
    return Delivery(
        row.id,
        Event(row.event),
        row.state,
        row.attempts,
        row.status,
        row.fault,
        row.created_ms,
        row.next_ms,
        row.done_ms,
    )
