"""Webhooks, and each of their deliveries from the event to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from web.db.connecting.connection import Record
from web.db.statements.prepared import Prepared
from web.db.tables import alerts, areas, deliveries, enterprises, kiosks, venues, webhooks
from web.store.scope import Scope, visible_enterprises

WAITING, DONE, DEAD = "waiting", "done", "dead"


def added(connection: Connection, **values: object) -> None:
    """Keep a new webhook."""
    connection.execute(insert(webhooks).values(**values))


def rows(connection: Connection, scope: Scope) -> Sequence[Record]:
    """The webhooks in scope, the newest first."""
    query = select(webhooks).where(_visible(scope), webhooks.c.deleted_ms.is_(None))
    return connection.execute(query.order_by(webhooks.c.created_ms.desc(), webhooks.c.id)).all()


def row(connection: Connection, scope: Scope, webhook_id: str) -> Record | None:
    """One webhook in scope."""
    query = select(webhooks).where(
        _visible(scope), webhooks.c.deleted_ms.is_(None), webhooks.c.id == webhook_id
    )
    return connection.execute(query).first()


def changed(connection: Connection, webhook_id: str, **values: object) -> None:
    """Change a webhook of which the caller knows that it is in scope."""
    connection.execute(update(webhooks).where(webhooks.c.id == webhook_id).values(**values))


_LIVING = Prepared(
    select(webhooks.c.id, webhooks.c.area_path, webhooks.c.enterprise_id, webhooks.c.events).where(
        webhooks.c.deleted_ms.is_(None), webhooks.c.paused_ms.is_(None)
    )
)


def living(connection: Connection) -> Sequence[Record]:
    """Every webhook that hears of events: the one question that each recorded entry costs."""
    return _LIVING.all(connection)


def places(connection: Connection, venue_ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """The enterprise of each venue, and the path of its area."""
    query = (
        select(venues.c.id, venues.c.enterprise_id, areas.c.path)
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
        .join(areas, areas.c.id == enterprises.c.area_id)
        .where(venues.c.id.in_(venue_ids))
    )
    return {row.id: (row.enterprise_id, row.path) for row in connection.execute(query)}


def kiosks_of(connection: Connection, alert_ids: Sequence[int]) -> Sequence[Record]:
    """The kiosks that these alerts are about and that are still in use, with when they were heard of."""
    query = (
        select(alerts.c.kiosk_id, alerts.c.venue_id, kiosks.c.seen_ms)
        .join(kiosks, kiosks.c.id == alerts.c.kiosk_id)
        .where(alerts.c.id.in_(alert_ids), kiosks.c.revoked_ms.is_(None))
    )
    return connection.execute(query).all()


def deliveries_added(connection: Connection, found: Sequence[Mapping[str, object]]) -> None:
    """Keep what is to be told."""
    connection.execute(insert(deliveries), list(found))


def due(connection: Connection, now_ms: int, limit: int) -> Sequence[Record]:
    """Deliveries whose time has come, the oldest first; of those about one thing only the first."""
    earlier = deliveries.alias()
    waits = exists().where(
        earlier.c.webhook_id == deliveries.c.webhook_id,
        earlier.c.about == deliveries.c.about,
        earlier.c.state == WAITING,
        earlier.c.id < deliveries.c.id,
    )
    query = (
        select(deliveries, webhooks.c.url, webhooks.c.secret_sealed)
        .join(webhooks, webhooks.c.id == deliveries.c.webhook_id)
        .where(
            deliveries.c.state == WAITING,
            deliveries.c.next_ms <= now_ms,
            webhooks.c.paused_ms.is_(None),
            webhooks.c.deleted_ms.is_(None),
            or_(deliveries.c.about == "", ~waits),
        )
        .order_by(deliveries.c.next_ms, deliveries.c.id)
    )
    return connection.execute(query.limit(limit)).all()


def claimed(connection: Connection, delivery_id: str, seen_ms: int, until_ms: int) -> bool:
    """Take a delivery that was due for oneself, until a time; False when another process was first."""
    taken = connection.execute(
        update(deliveries)
        .where(
            deliveries.c.id == delivery_id,
            deliveries.c.state == WAITING,
            deliveries.c.next_ms == seen_ms,
        )
        .values(next_ms=until_ms, attempts=deliveries.c.attempts + 1)
    )
    return taken.rowcount == 1


def settled(connection: Connection, delivery_id: str, **values: object) -> None:
    """Note how a try went."""
    connection.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(**values))


def of_webhook(
    connection: Connection, webhook_id: str, *, before: str = "", state: str = "", limit: int = 50
) -> Sequence[Record]:
    """A webhook's deliveries, the newest first."""
    query = select(deliveries).where(deliveries.c.webhook_id == webhook_id)
    if before:
        query = query.where(deliveries.c.id < before)
    if state:
        query = query.where(deliveries.c.state == state)
    return connection.execute(query.order_by(deliveries.c.id.desc()).limit(limit)).all()


def delivery(connection: Connection, webhook_id: str, delivery_id: str) -> Record | None:
    """One delivery of a webhook."""
    query = select(deliveries).where(deliveries.c.webhook_id == webhook_id, deliveries.c.id == delivery_id)
    return connection.execute(query).first()


def counts(connection: Connection, webhook_id: str) -> dict[str, int]:
    """How many deliveries of a webhook stand how."""
    query = select(deliveries.c.state, func.count()).where(deliveries.c.webhook_id == webhook_id)
    return {row[0]: row[1] for row in connection.execute(query.group_by(deliveries.c.state))}


def pruned(connection: Connection, before_ms: int) -> int:
    """Forget deliveries that ended before a time; returns how many."""
    return connection.execute(delete(deliveries).where(deliveries.c.done_ms < before_ms)).rowcount


def _visible(scope: Scope) -> ColumnElement[bool]:
    """A webhook on an area is seen from that area and above; one of an enterprise by whoever sees that."""
    if scope.everything:
        return true()
    if scope.area_path:
        below = webhooks.c.area_path.startswith(scope.area_path, autoescape=True)
        of_enterprise = webhooks.c.enterprise_id.in_(visible_enterprises(scope))
        return or_(and_(webhooks.c.area_path != "", below), of_enterprise)
    if scope.enterprise_id:
        return and_(webhooks.c.area_path == "", webhooks.c.enterprise_id == scope.enterprise_id)
    return false()
