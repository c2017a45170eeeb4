"""Who is inside a venue, by the entries of its day and the time they really happened."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from web.db.tables import entries, entry_people
from web.store.entries import taken_back


def inside_at(connection: Connection, venue_id: str, visitor_id: str, since_ms: int, before_ms: int) -> bool:
    """Whether the visitor's last admitted passage in `since_ms` ≤ t < `before_ms` was inwards."""
    last = connection.scalar(
        select(entries.c.direction)
        .join(entry_people, entry_people.c.entry_id == entries.c.id)
        .where(
            entry_people.c.visitor_id == visitor_id,
            entry_people.c.at_ms >= since_ms,
            entry_people.c.at_ms < before_ms,
            entries.c.venue_id == venue_id,
            entries.c.outcome == "admitted",
            ~taken_back(),
        )
        .order_by(entries.c.true_ms.desc(), entries.c.id.desc())
        .limit(1)
    )
    return last == "in"


def people_inside(connection: Connection, venue_id: str, since_ms: int, before_ms: int) -> int:
    """How many admitted visitors went in during `since_ms` ≤ t < `before_ms` and were not let out after."""
    ranked = (
        select(
            entries.c.direction,
            func.row_number()
            .over(
                partition_by=entry_people.c.visitor_id,
                order_by=(entries.c.true_ms.desc(), entries.c.id.desc()),
            )
            .label("nth"),
        )
        .join(entry_people, entry_people.c.entry_id == entries.c.id)
        .where(
            entries.c.venue_id == venue_id,
            entries.c.true_ms >= since_ms,
            entries.c.true_ms < before_ms,
            entries.c.outcome == "admitted",
            ~taken_back(),
            entry_people.c.visitor_id != "",
        )
        .subquery()
    )
    counted = select(func.count()).select_from(ranked).where(ranked.c.nth == 1, ranked.c.direction == "in")
    return int(connection.scalar(counted) or 0)
