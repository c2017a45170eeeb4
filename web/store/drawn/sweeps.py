"""Entries that guards made for whoever was gone."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from web.db.connecting.connection import Record
from web.db.tables import entries, entry_people, visitors
from web.store.passing.entries import taken_back
from web.store.scope import Scope, visible_venues


def since(connection: Connection, scope: Scope, venue_id: str, since_ms: int) -> Sequence[Record]:
    """The sweeps at a venue in scope since a time, latest first."""
    query = (
        select(
            entries.c.id,
            entries.c.true_ms,
            entries.c.people,
            visitors.c.masked_name,
            taken_back().label("taken_back"),
        )
        .join(entry_people, entry_people.c.entry_id == entries.c.id, isouter=True)
        .join(visitors, visitors.c.id == entry_people.c.visitor_id, isouter=True)
        .where(
            entries.c.venue_id == venue_id,
            entries.c.venue_id.in_(visible_venues(scope)),
            entries.c.true_ms >= since_ms,
            entries.c.way == "sweep",
            entries.c.corrects == "",
        )
    )
    return connection.execute(query.order_by(entries.c.true_ms.desc(), entries.c.id.desc())).all()
