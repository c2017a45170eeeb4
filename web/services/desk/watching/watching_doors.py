"""Tells one person who was at more doors than a person can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from web.db.connecting.connection import Record

_MINUTE_MS = 60_000
# So many venues in so many minutes: a courier does not hand over that fast.
VENUES_LEAST, WITHIN_MS = 5, 10 * _MINUTE_MS
# Between the doors of two venues nobody walks in this time.
APART_MS = 15_000


@dataclass(frozen=True, slots=True)
class Burst:
    """A visitor's arrivals at several venues: how many, in how many minutes, the first and the last entry."""

    visitor_id: str
    venue_id: str
    venues: int
    minutes: int
    first_entry: str
    last_entry: str


def bursts(arrivals: Iterable[Record]) -> list[Burst]:
    """What is impossible in arrivals ordered by visitor and time; of each visitor the widest at most."""
    by_visitor: dict[str, list[Record]] = {}
    for row in arrivals:
        by_visitor.setdefault(row.visitor_id, []).append(row)
    widest = (_widest(rows) for rows in by_visitor.values())
    return [one for one in widest if one is not None]


def _widest(rows: Sequence[Record]) -> Burst | None:
    found: Burst | None = None
    start = 0
    for end, last in enumerate(rows):
        while last.in_ms - rows[start].in_ms > WITHIN_MS:
            start += 1
        if found is None and end and _is_too_fast(rows[end - 1], last):
            found = _burst(rows[end - 1 : end + 1])
        within = rows[start : end + 1]
        venues = len({row.venue_id for row in within})
        if venues >= VENUES_LEAST and (found is None or venues > found.venues):
            found = _burst(within)
    return found


def _is_too_fast(one: Record, two: Record) -> bool:
    return bool(one.venue_id != two.venue_id and two.in_ms - one.in_ms <= APART_MS)


def _burst(rows: Sequence[Record]) -> Burst:
    minutes = max(1, -(-(rows[-1].in_ms - rows[0].in_ms) // _MINUTE_MS))
    return Burst(
        rows[-1].visitor_id,
        rows[-1].venue_id,
        len({row.venue_id for row in rows}),
        minutes,
        rows[0].entry_id,
        rows[-1].entry_id,
    )
