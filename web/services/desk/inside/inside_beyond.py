"""Who went on from a venue that surrounds its area into a venue within it, and is inside both.

A stay at a gate ends with the next passage anywhere, and one at a building leads nobody out of the park.
So what visitors did since is read, when somebody asks who is inside; nothing is drawn for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from web.db.connecting.connection import Connection, Record
from web.services.desk.projecting.projecting_stays import Beginning, Stay
from web.services.desk.projecting.projecting_times import stays_end_before
from web.store.drawn import stays
from web.store.places import surrounding
from web.store.scope import Scope

# No passage is later.
_EVER_MS = 2**62


@dataclass(frozen=True, slots=True)
class GoneOn:
    """The stay at the surrounding venue, and how many people are counted at a venue that is listed too."""

    row: Record
    counted: int


def gone_on(
    connection: Connection,
    scope: Scope,
    walls: Sequence[Record],
    now_ms: int,
    until_ms: int = _EVER_MS,
    listed: AbstractSet[str] = frozenset(),
) -> list[GoneOn]:
    """Who went on from these venues in scope, rows of `inside.venue_rows`, and did not come out.

    The longest inside come first. A time that is past is both `now_ms` and `until_ms`.
    """
    if not walls:
        return []
    found = surrounding.went_on(connection, scope, days_begun(walls, now_ms), until_ms)
    if not found:
        return []
    within = surrounding.within(connection, [row.id for row in walls])
    later = _stays_of(connection, {row.visitor_id for row in found}, found[0].in_ms)
    inside = [row for row in found if not _came_out(row, later[row.visitor_id], within, until_ms)]
    return _told(inside, later, listed)


def longest_first(people: Sequence[Record], gone: Sequence[Record]) -> Sequence[Record]:
    """The stays of both, those that began first before the others."""
    return sorted([*people, *gone], key=lambda row: (row.in_ms, row.entry_id)) if gone else people


def days_begun(rows: Sequence[Record], now_ms: int) -> list[tuple[int, list[str]]]:
    """When the days of venues (rows of `inside.venue_rows`) began, each time with its venues."""
    since: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        since[day_began(row, now_ms)].append(row.id)
    return list(since.items())


def day_began(row: Record, now_ms: int) -> int:
    """When the stays of the day before ended at a venue."""
    return stays_end_before(now_ms + 1, row.time_zone, row.stays_end_minute)


def _stays_of(
    connection: Connection, visitor_ids: AbstractSet[str], since_ms: int
) -> Mapping[str, Sequence[Stay]]:
    found: dict[str, list[Stay]] = defaultdict(list)
    for stay in map(Stay._make, stays.since(connection, visitor_ids, since_ms)):
        found[stay.visitor_id].append(stay)
    return found


def _came_out(
    row: Record, later: Sequence[Stay], within: Mapping[str, AbstractSet[str]], until_ms: int
) -> bool:
    """Whether the visitor passed the wall again, or anywhere outside of it."""
    came = (row.in_ms, row.entry_id)
    return any(
        came < (moment := _passed_ms(stay), stay.entry_id)
        and moment <= until_ms
        and stay.venue_id not in within.get(row.venue_id, ())
        for stay in later
    )


def _passed_ms(stay: Stay) -> int:
    """When the passage was that a stay is named after: in, or out alone. Others end a stay at their venue."""
    return stay.in_ms if stay.beginning == Beginning.SCANNED or stay.out_ms is None else stay.out_ms


def _told(
    inside: Sequence[Record], later: Mapping[str, Sequence[Stay]], listed: AbstractSet[str]
) -> list[GoneOn]:
    """Of several walls around one visitor, the outermost comes first, and the others are counted with it."""
    people: dict[str, int] = defaultdict(int)
    told: list[GoneOn] = []
    for row in inside:
        whom = row.visitor_id
        told.append(GoneOn(row, max(_counted(later[whom], listed), people[whom])))
        people[whom] = max(row.people, people[whom])
    return told


def _counted(later: Sequence[Stay], listed: AbstractSet[str]) -> int:
    """The people of the stay that is not over."""
    return sum(stay.people for stay in later if stay.out_ms is None and stay.venue_id in listed)
