"""What staff need of entries made by hand or from paper: whose they are, and which came together."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from web.db.connecting.connection import Record
from web.db.tables import entrances, entries, entry_people
from web.store.passing.entries import taken_back
from web.store.scope import Scope, visible_venues


def visitor_of(connection: Connection, entry_id: str) -> str:
    """The id of the visitor whose entry this is; "" when nobody knows, or not any more."""
    query = select(entry_people.c.visitor_id).where(entry_people.c.entry_id == entry_id)
    return str(connection.scalar(query) or "")


def near(
    connection: Connection, venue_id: str, visitor_id: str, direction: str, at_ms: int, within_ms: int
) -> int | None:
    """When somebody went the same way at a venue within so long, as no paper says; the nearest, or None."""
    query = (
        select(entries.c.true_ms)
        .join(entry_people, entry_people.c.entry_id == entries.c.id)
        .where(
            entry_people.c.visitor_id == visitor_id,
            entry_people.c.at_ms.between(at_ms - within_ms, at_ms + within_ms),
            entries.c.venue_id == venue_id,
            entries.c.direction == direction,
            entries.c.way != "paper",
            entries.c.corrects == "",
            ~taken_back(),
        )
    )
    return min(connection.scalars(query), key=lambda found: abs(found - at_ms), default=None)


def batches(connection: Connection, scope: Scope, venue_id: str, way: str, since_ms: int) -> Sequence[Record]:
    """Entries of a way that came together since a time and count still: entrance, when received, how many."""
    query = (
        select(
            entries.c.entrance_id,
            entrances.c.name.label("entrance_name"),
            entries.c.received_ms,
            func.count().label("rows"),
        )
        .join(entrances, entrances.c.id == entries.c.entrance_id)
        .where(
            entries.c.venue_id == venue_id,
            entries.c.venue_id.in_(visible_venues(scope)),
            entries.c.way == way,
            entries.c.received_ms >= since_ms,
            entries.c.corrects == "",
            ~taken_back(),
        )
        .group_by(entries.c.entrance_id, entrances.c.name, entries.c.received_ms)
    )
    return connection.execute(query.order_by(entries.c.received_ms.desc())).all()


def batch(
    connection: Connection, scope: Scope, entrance_id: str, way: str, received_ms: int, limit: int
) -> Sequence[Record]:
    """Entries of one batch that count still, with whose they are, the oldest first."""
    query = (
        select(entries, entry_people.c.visitor_id)
        .join(entry_people, entry_people.c.entry_id == entries.c.id, isouter=True)
        .where(
            entries.c.entrance_id == entrance_id,
            entries.c.venue_id.in_(visible_venues(scope)),
            entries.c.way == way,
            entries.c.received_ms == received_ms,
            entries.c.corrects == "",
            ~taken_back(),
        )
    )
    return connection.execute(query.order_by(entries.c.at_ms, entries.c.id).limit(limit)).all()
