"""Entries that no count was kept for, one by one, as what they would have counted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from web.db.connecting.connection import Record
from web.db.tables import entries, entry_people, venues
from web.store.desk.filtering import Wanted
from web.store.desk.filtering_places import Among
from web.store.desk.searching import found
from web.store.passing.entries import taken_back


def passages(connection: Connection, among: Among, wanted: Wanted, limit: int) -> Sequence[Record] | None:
    """The entries that are asked for and count still, newest first; None when there are more than `limit`."""
    chosen = found(among, wanted, limit=limit + 1)
    if chosen is None:
        return []
    ids = chosen.subquery()
    if int(connection.scalar(select(func.count()).select_from(ids)) or 0) > limit:
        return None
    query = (
        select(
            entries.c.venue_id,
            entries.c.true_ms,
            venues.c.time_zone,
            entries.c.entrance_id,
            entries.c.direction,
            entries.c.outcome,
            entries.c.reason,
            func.coalesce(entry_people.c.visitor_class, "").label("visitor_class"),
            entries.c.way,
            entries.c.people,
            entry_people.c.plate_digest.is_not(None).label("has_plate"),
        )
        .join(ids, ids.c.id == entries.c.id)
        .join(venues, venues.c.id == entries.c.venue_id)
        .join(entry_people, entry_people.c.entry_id == entries.c.id, isouter=True)
        .where(entries.c.corrects == "", ~taken_back())
    )
    return connection.execute(query).all()
