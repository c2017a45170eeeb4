"""What was done about venues that are silent or strange: steps with their dates, never deleted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, update

from web.db.connecting.connection import Record
from web.db.tables import accounts, alerts, areas, cares, enterprises, liaisons, venues
from web.store.scope import Scope, visible_venues


def added(connection: Connection, rows: list[dict[str, object]]) -> None:
    """Keep steps that were taken."""
    if rows:
        connection.execute(insert(cares), rows)


def of_keys(connection: Connection, scope: Scope, keys: Sequence[str]) -> Sequence[Record]:
    """The steps about some alerts of venues in scope, the earliest first, with who took them."""
    query = (
        select(cares, accounts.c.login)
        .join(accounts, accounts.c.id == cares.c.account_id, isouter=True)
        .where(cares.c.alert_key.in_(keys), cares.c.venue_id.in_(visible_venues(scope)))
    )
    return connection.execute(query.order_by(cares.c.at_ms, cares.c.id)).all()


def row(connection: Connection, scope: Scope, care_id: str) -> Record | None:
    """One step about a venue in scope."""
    query = select(cares).where(cares.c.id == care_id, cares.c.venue_id.in_(visible_venues(scope)))
    return connection.execute(query).first()


def undone(connection: Connection, scope: Scope, care_id: str, at_ms: int) -> None:
    """Take a step back; it stays to be read."""
    here = (cares.c.id == care_id, cares.c.venue_id.in_(visible_venues(scope)), cares.c.undone_ms.is_(None))
    connection.execute(update(cares).where(*here).values(undone_ms=at_ms))


def alerts_of(
    connection: Connection, scope: Scope, kinds: Sequence[str], *, alert_id: int | None = None
) -> Sequence[Record]:
    """The open alerts of some kinds about venues in scope, with whose they are and who looks after them."""
    query = (
        select(
            alerts.c.id,
            alerts.c.key,
            alerts.c.kind,
            alerts.c.evidence,
            alerts.c.found_ms,
            venues.c.id.label("venue_id"),
            venues.c.name.label("venue_name"),
            venues.c.address,
            venues.c.time_zone,
            enterprises.c.id.label("enterprise_id"),
            enterprises.c.name.label("enterprise_name"),
            areas.c.name.label("area_name"),
            liaisons.c.id.label("liaison_id"),
            liaisons.c.name_sealed,
        )
        .join(venues, venues.c.id == alerts.c.venue_id)
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
        .join(areas, areas.c.id == enterprises.c.area_id)
        .join(liaisons, liaisons.c.id == enterprises.c.liaison_id, isouter=True)
        .where(
            alerts.c.settled_ms.is_(None),
            alerts.c.kind.in_(kinds),
            alerts.c.venue_id.in_(visible_venues(scope)),
        )
    )
    if alert_id is not None:
        query = query.where(alerts.c.id == alert_id)
    return connection.execute(query.order_by(alerts.c.found_ms, alerts.c.id)).all()
