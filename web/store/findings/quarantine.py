"""What kiosks sent and could not be taken; whether a person looked at it stands in the alerts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, String, cast, func, literal, select

from web.db.connecting.connection import Record
from web.db.tables import accounts, alerts, entrances, kiosks, quarantine, venues
from web.store.scope import Scope, visible_entrances

# The key of the alert that says how one was settled, before its number.
KEY = "quarantined|"


def page(
    connection: Connection, scope: Scope, *, settled: bool, before: int | None = None, limit: int = 30
) -> Sequence[Record]:
    """What is in quarantine in scope, newest first; `before` is the id of one, itself left out."""
    query = _told(scope).where(_is_open() if not settled else ~_is_open())
    if before is not None:
        query = query.where(quarantine.c.id < before)
    return connection.execute(query.order_by(quarantine.c.id.desc()).limit(limit)).all()


def row(connection: Connection, scope: Scope, item_id: int) -> Record | None:
    """One of them in scope."""
    return connection.execute(_told(scope).where(quarantine.c.id == item_id)).first()


def of_entry(connection: Connection, scope: Scope, entry_id: str) -> int | None:
    """The number of what was sent under an entry's id, the newest; None when nothing was set aside."""
    query = _told(scope).where(quarantine.c.entry_id == entry_id).order_by(quarantine.c.id.desc())
    row = connection.execute(query.limit(1)).first()
    return int(row.id) if row is not None else None


def open_count(connection: Connection, scope: Scope) -> int:
    """How many nobody looked at yet."""
    query = _told(scope).where(_is_open()).subquery()
    return int(connection.scalar(select(func.count()).select_from(query)) or 0)


def _is_open() -> ColumnElement[bool]:
    return alerts.c.settled_ms.is_(None)


def _told(scope: Scope) -> Select[tuple[object, ...]]:
    return (
        select(
            quarantine,
            kiosks.c.name.label("kiosk_name"),
            entrances.c.id.label("entrance_id"),
            entrances.c.name.label("entrance_name"),
            venues.c.id.label("venue_id"),
            venues.c.name.label("venue_name"),
            venues.c.time_zone,
            alerts.c.settled_ms,
            alerts.c.resolution,
            alerts.c.note,
            alerts.c.entry_id.label("new_entry_id"),
            accounts.c.login.label("settled_login"),
        )
        .join(kiosks, kiosks.c.id == quarantine.c.kiosk_id)
        .join(entrances, entrances.c.id == kiosks.c.entrance_id)
        .join(venues, venues.c.id == entrances.c.venue_id)
        .join(
            alerts,
            alerts.c.key == literal(KEY) + cast(quarantine.c.id, String),
            isouter=True,
        )
        .join(accounts, accounts.c.id == alerts.c.settled_by, isouter=True)
        .where(kiosks.c.entrance_id.in_(visible_entrances(scope)))
    )
