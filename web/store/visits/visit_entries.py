"""What entries have to do with announced visits: which visit a passage was, and who of the expected came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from domain.venue import Direction
from web.db.connecting.connection import Record
from web.db.statements.prepared import Prepared, by_kind
from web.db.tables import entries, entry_people, stays, venues, visits
from web.store.passing.entries import taken_back
from web.store.visits.visits import where_they_count

# The rules let somebody in this much before their time; an exit is told to the visit for half a day after it.
_EARLY_MS = 300_000
_LATE_MS = 12 * 3_600_000


_ANNOUNCED = Prepared(
    by_kind(
        lambda among: (
            where_they_count(select(visits, venues.c.id.label("at_venue")))
            .where(
                among(visits.c.visitor_id, "people"),
                among(venues.c.id, "places"),
                visits.c.from_ms <= bindparam("last"),
                visits.c.until_ms > bindparam("first"),
            )
            .order_by(visits.c.from_ms, visits.c.id)
        )
    )
)


class Passed(NamedTuple):
    """Somebody who passed a venue: which entry, who, where, when it really was, which way."""

    entry_id: str
    visitor_id: str
    venue_id: str
    at_ms: int
    direction: str


def passages(connection: Connection, visit_ids: Sequence[str]) -> Sequence[Record]:
    """Entries of these visits that were not taken back, by time, with the end of the stay they began."""
    query = (
        select(
            entry_people.c.visit_id,
            entries.c.id,
            entries.c.true_ms,
            entries.c.direction,
            entries.c.outcome,
            stays.c.out_ms,
        )
        .join(entries, entries.c.id == entry_people.c.entry_id)
        .join(stays, stays.c.entry_id == entries.c.id, isouter=True)
        .where(
            entry_people.c.visit_id.in_(visit_ids),
            # So that the index over the few announced ones is taken.
            entry_people.c.visit_id != "",
            entries.c.corrects == "",
            ~taken_back(),
        )
    )
    return connection.execute(query.order_by(entries.c.true_ms, entries.c.id)).all()


def passed(connection: Connection, made: Sequence[Passed]) -> dict[str, str]:
    """Which visits these passages were, by entry id; one query however many there are."""
    people = {one.visitor_id for one in made if one.visitor_id}
    if not people:
        return {}
    first, last = min(one.at_ms for one in made), max(one.at_ms for one in made)
    announced: dict[str, list[Record]] = defaultdict(list)
    for visit in _ANNOUNCED.all(
        connection,
        people=list(people),
        places=list({one.venue_id for one in made}),
        last=last + _EARLY_MS,
        first=first - _LATE_MS,
    ):
        announced[visit.visitor_id].append(visit)
    found: dict[str, str] = {}
    for one in made:
        for visit in announced.get(one.visitor_id, ()):
            if _is_of(one, visit):
                found[one.entry_id] = visit.id  # the last that began: whoever comes twice is counted twice
    return found


def _is_of(one: Passed, visit: Record) -> bool:
    stood = visit.withdrawn_ms is None or visit.withdrawn_ms > one.at_ms
    late = _LATE_MS if one.direction == Direction.OUT else 0
    begun = visit.from_ms - _EARLY_MS <= one.at_ms < visit.until_ms + late
    return bool(stood and begun and visit.at_venue == one.venue_id)
