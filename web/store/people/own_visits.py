"""Where a visitor was let in last, for the visitor alone."""

from __future__ import annotations

from sqlalchemy import Connection, select

from domain.venue import PosterState
from web.db.connecting.connection import Record
from web.db.tables import entrances, entries, entry_people, posters, venues
from web.store.passing.entries import taken_back


def last_passage(connection: Connection, visitor_id: str, since_ms: int) -> Record | None:
    """The visitor's latest admitted passage since a time that counts, with where it was."""
    query = (
        select(
            entries.c.direction,
            entries.c.true_ms,
            entries.c.venue_id,
            entries.c.entrance_id,
            venues.c.name.label("venue_name"),
            venues.c.time_zone,
            entrances.c.name.label("entrance_name"),
        )
        .join(entry_people, entry_people.c.entry_id == entries.c.id)
        .join(venues, venues.c.id == entries.c.venue_id)
        .join(entrances, entrances.c.id == entries.c.entrance_id)
        .where(
            entry_people.c.visitor_id == visitor_id,
            entry_people.c.at_ms >= since_ms,
            entries.c.outcome == "admitted",
            ~taken_back(),
        )
    )
    return connection.execute(query.order_by(entries.c.true_ms.desc(), entries.c.id.desc()).limit(1)).first()


def poster_of(connection: Connection, venue_id: str, entrance_id: str) -> str:
    """The id of a poster that counts, of this entrance before others of the venue; "" when there is none."""
    query = (
        select(posters.c.id)
        .join(entrances, entrances.c.id == posters.c.entrance_id)
        .where(entrances.c.venue_id == venue_id, posters.c.state != PosterState.REVOKED)
        .order_by((entrances.c.id == entrance_id).desc(), posters.c.serial.desc())
    )
    return str(connection.scalar(query.limit(1)) or "")
