"""Tells from a venue's own days whether it fell silent, or has far fewer entries than it usually has."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from statistics import median

_WEEK = 7
# How far the usual is looked back on, and how often of those days make a day of the week a usual one.
USUAL_DAYS = 28
_USUAL_SHARE = 0.5
# A fall is told only of venues where a few entries more or less are not half of them.
FALL_LEAST, FALL_SAMPLES, FALL_SHARE = 20, 3, 0.4


@dataclass(frozen=True, slots=True)
class Fall:
    """A day's entries beside the median of the same day of the week."""

    day: int
    entries: int
    usual: int


def missed(
    entries: Mapping[int, int], today: int, is_open: Callable[[int], bool], alive: Container[int]
) -> tuple[int, ...]:
    """The days since its last entry, before today, on which a venue usually has some and was open.

    `entries` are those of its local days, none of them 0. Days on which nobody scanned anywhere (not
    `alive`) are nobody's silence: there was a holiday, or this server was down.
    """
    last = max(entries)
    first = max(min(entries), last - USUAL_DAYS + 1)
    usual = {day % _WEEK for day in range(first, last + 1) if _is_usual(entries, first, last, day % _WEEK)}
    return tuple(
        day for day in range(last + 1, today) if day % _WEEK in usual and day in alive and is_open(day)
    )


def fall(entries: Mapping[int, int], day: int) -> Fall | None:
    """How a day compares with the same day of the week in the four weeks before; None without a usual."""
    before = [count for ago in range(1, 5) if (count := entries.get(day - ago * _WEEK, 0))]
    usual = median(before) if len(before) >= FALL_SAMPLES else 0
    return Fall(day, entries.get(day, 0), round(usual)) if usual >= FALL_LEAST else None


def is_sudden(found: Fall) -> bool:
    """Whether it is far below the usual; nothing at all is silence, and told as that."""
    return 0 < found.entries < FALL_SHARE * found.usual


def _is_usual(entries: Mapping[int, int], first: int, last: int, weekday: int) -> bool:
    such = [day for day in range(first, last + 1) if day % _WEEK == weekday]
    return sum(day in entries for day in such) >= _USUAL_SHARE * len(such)
