"""How much of each kind of data came into being in a time."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from domain.keeping import Purpose
from web.db.tables import (
    credentials,
    deed_subjects,
    deliveries,
    entry_people,
    looks,
    roll_marks,
    visited_areas,
    visitors,
    visits,
)

_COUNTED = (
    (Purpose.PASSAGES, entry_people.c.at_ms),
    (Purpose.ROLL_CALLS, roll_marks.c.marked_ms),
    (Purpose.VISITORS, visitors.c.created_ms),
    (Purpose.VISITS, visits.c.created_ms),
    (Purpose.FACTS, credentials.c.created_ms),
    (Purpose.FACTS, visited_areas.c.created_ms),
    (Purpose.LOOKS, looks.c.at_ms),
    (Purpose.QUESTIONS, deed_subjects.c.at_ms),
    (Purpose.MESSAGES, deliveries.c.created_ms),
)


def collected(connection: Connection, since_ms: int, until_ms: int) -> dict[str, int]:
    """Rows of `since_ms` ≤ t < `until_ms` by kind, as far as they are still there."""
    counts = {purpose.value: 0 for purpose in Purpose}
    for purpose, at in _COUNTED:
        query = select(func.count()).where(at >= since_ms, at < until_ms)
        if purpose is Purpose.ROLL_CALLS:
            query = query.where(roll_marks.c.name_sealed.is_not(None))
        counts[purpose.value] += int(connection.scalar(query) or 0)
    return counts
