"""How much is collected and erased on a day, for everybody to see: numbers of rows, of nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from domain.keeping import DAY_MS, Purpose
from web.services.installation import Installation
from web.store.keeping import keeping_counts, purge_runs

SHOWN_DAYS = 60
# What arrives days later still counts for its day.
_COUNTED_DAYS = 3


@dataclass(frozen=True, slots=True)
class Day:
    """One day of UTC: (collected, erased) by kind of data."""

    day: date
    counts: dict[str, tuple[int, int]]


def counted(inst: Installation) -> None:
    """Count what was collected on the last days; a day that is over is counted before anything of it goes."""
    today_ms = inst.now_ms() - inst.now_ms() % DAY_MS
    for day_ms in range(today_ms - _COUNTED_DAYS * DAY_MS, today_ms + 1, DAY_MS):
        counts = inst.read(partial(keeping_counts.collected, since_ms=day_ms, until_ms=day_ms + DAY_MS))
        if any(counts.values()):
            inst.write(partial(purge_runs.collected_set, day_ms=day_ms, counts=counts))


def days(inst: Installation) -> Sequence[Day]:
    """The last days, newest first."""
    since_ms = inst.now_ms() - SHOWN_DAYS * DAY_MS
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for row in inst.ask(lambda connection: purge_runs.days(connection, since_ms)):
        found.setdefault(row.day, {})[row.kind] = (int(row.collected), int(row.erased))
    return [Day(_date(day), counts) for day, counts in found.items()]


def kinds(shown: Sequence[Day]) -> tuple[Purpose, ...]:
    """The kinds that any of these days counts, in their order."""
    return tuple(kind for kind in Purpose if any(kind.value in day.counts for day in shown))


def _date(day: int) -> date:
    return date(day // 10_000, day // 100 % 100, day % 100)
