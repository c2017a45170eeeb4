"""Tells who went in when a venue is closed, or when nobody usually comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from domain.hours import OpeningHours
from web.services.desk.figures.figures_days import date_of

# Where no opening hours are set, these are the night.
NIGHT = range(5)
PEOPLE_LEAST = 3
# So many nights of the four weeks with somebody are usual.
USUAL_NIGHTS = 3
_ALWAYS = OpeningHours()
_QUARTERS = (0, 15, 30, 45)


@dataclass(frozen=True, slots=True)
class AtNight:
    """How many people went in on a day in hours that were not for them."""

    day: int
    hours: tuple[int, ...]
    people: int


def at_night(
    people: Mapping[tuple[int, int], int], day: int, hours: Sequence[OpeningHours]
) -> AtNight | None:
    """Who went in on a day outside of all opening hours; `people` are by (local day, hour).

    Where an entrance never closes, the night counts, unless people usually come then.
    """
    is_always = _ALWAYS in hours or not hours
    nights = {at for at, hour in people if hour in NIGHT and at < day}
    if is_always and len(nights) >= USUAL_NIGHTS:
        return None
    odd = {
        hour: count
        for (at, hour), count in people.items()
        if at == day and (hour in NIGHT if is_always else not _is_open(hours, day, hour))
    }
    total = sum(odd.values())
    return AtNight(day, tuple(sorted(odd)), total) if total >= PEOPLE_LEAST else None


def open_days(hours: Sequence[OpeningHours], day: int) -> bool:
    """Whether any entrance is open at any hour of a local day."""
    return not hours or any(_is_open(hours, day, hour) for hour in range(24))


def hours_text(hours: tuple[int, ...]) -> str:
    """Hours of the day as `02:00–04:00, 23:00–24:00`."""
    spans: list[list[int]] = []
    for hour in hours:
        if spans and spans[-1][1] == hour:
            spans[-1][1] = hour + 1
        else:
            spans.append([hour, hour + 1])
    return ", ".join(f"{first:02}:00–{last:02}:00" for first, last in spans)


def _is_open(hours: Sequence[OpeningHours], day: int, hour: int) -> bool:
    times = [datetime.combine(date_of(day), time(hour, minute)) for minute in _QUARTERS]
    return any(one.is_open(at) for one in hours for at in times)
