"""When it is busy: hours by days, or by the days of the week when the days are many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from web.services.desk.figures.figures_days import Span, date_of
from web.services.desk.figures.figures_values import NOTHING, Sums

LEVELS = 6
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Heat:
    """People by hour (rows) and day (columns).

    `days` are local days, or with `is_weekly` 0 for Mondays up to 6 for Sundays, and then each cell is the
    mean of those days, rounded. `rows` are (hour, people of each day, LEVEL of each from 0 to LEVELS).
    """

    days: tuple[int, ...]
    is_weekly: bool
    rows: tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...]


def heat_of(hours: Mapping[tuple[int, int], Sums], span: Span) -> Heat:
    """The heat of (day, hour) counts; hours before the first and after the last passage are left out."""
    people = {key: sums.people for key, sums in hours.items() if sums.people}
    is_weekly = span.length > _WEEK
    cells = _by_weekday(people, span) if is_weekly else people
    days = tuple(range(_WEEK)) if is_weekly else tuple(range(span.days.first, span.days.last + 1))
    if not people:
        return Heat(days, is_weekly, ())
    most = max(cells.values())
    used = [hour for _, hour in people]
    rows = []
    for hour in range(min(used), max(used) + 1):
        values = tuple(cells.get((day, hour), 0) for day in days)
        rows.append((hour, values, tuple(_level(value, most) for value in values)))
    return Heat(days, is_weekly, tuple(rows))


def by_hour_of_day(hours: Mapping[tuple[int, int], Sums]) -> list[Sums]:
    """The 24 hours, all days together."""
    found = [NOTHING] * 24
    for (_, hour), sums in hours.items():
        found[hour] = Sums(*map(sum, zip(found[hour], sums, strict=True)))
    return found


def _by_weekday(people: Mapping[tuple[int, int], int], span: Span) -> dict[tuple[int, int], int]:
    often = [0] * _WEEK
    for day in range(span.days.first, span.days.last + 1):
        often[date_of(day).weekday()] += 1
    sums: dict[tuple[int, int], int] = {}
    for (day, hour), count in people.items():
        key = (date_of(day).weekday(), hour)
        sums[key] = sums.get(key, 0) + count
    return {key: round(count / often[key[0]]) for key, count in sums.items()}


def _level(value: int, most: int) -> int:
    return -(-value * LEVELS // most) if most else 0
