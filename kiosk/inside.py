"""Who is inside as far as this gate saw today: the last way each visitor was let through."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, time

from domain.decision import Outcome
from domain.entry import Entry
from domain.policy import local_time
from domain.venue import Direction


class InsideToday:
    """Rises and falls with the gate's own entries; each new day in the venue's zone begins empty."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._ways: dict[str, str] = {}

    def recall(self, bodies: Iterable[bytes], day: date) -> None:
        """Take up the entries of `day` as the spool holds them, oldest first."""
        self._turn(day)
        for body in bodies:
            entry = json.loads(body)
            self._take(entry["private"]["visitor_id"], entry["outcome"], entry["direction"])

    def note(self, entry: Entry, day: date) -> None:
        """Take note of an entry that was committed on `day`."""
        self._turn(day)
        self._take(entry.private.visitor_id, entry.outcome, entry.direction)

    def is_inside(self, visitor_id: str, day: date) -> bool:
        """Whether this gate let the visitor in on `day` and not out again."""
        self._turn(day)
        return self._ways.get(visitor_id) == Direction.IN

    def _take(self, visitor_id: str, outcome: str, direction: str) -> None:
        if visitor_id and outcome == Outcome.ADMITTED:
            self._ways[visitor_id] = direction

    def _turn(self, day: date) -> None:
        if day != self._day:
            self._day, self._ways = day, {}


def day_of(now_ms: int, time_zone: str) -> date:
    """The date in a zone at `now_ms` (Unix milliseconds)."""
    return local_time(now_ms, time_zone).date()


def midnight_ms(now_ms: int, time_zone: str) -> int:
    """When the day of `now_ms` began in a zone, Unix milliseconds."""
    here = local_time(now_ms, time_zone)
    return int(datetime.combine(here.date(), time.min, here.tzinfo).timestamp() * 1000)
