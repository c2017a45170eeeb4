"""The days that figures are about, and the days before that they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_times import ms_of
from web.services.desk.projecting.projecting_times import local_day, local_hour
from web.store.drawn.figures_reading import Days

_EPOCH = date(1970, 1, 1).toordinal()
_WEEK = 7
# From so many days on, whole weeks matter less than the days next to them.
_LONG = 28
# More days than this are no figure that anybody reads, and no table that anybody prints.
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Span:
    """Local days, both included; while the last of them is today, `hours` of it are begun, else None."""

    days: Days
    hours: int | None = None

    @property
    def length(self) -> int:
        """How many days."""
        return self.days.last - self.days.first + 1

    def before(self) -> Span:
        """As many days before, of the same days of the week unless they are a month or more."""
        shift = self.length if self.length >= _LONG else -(-self.length // _WEEK) * _WEEK
        return Span(Days(self.days.first - shift, self.days.last - shift), self.hours)


def span_of(wanted: Filter, now_ms: int, zone: str) -> Span:
    """The whole days that a filter's times touch: today without any, at most MOST_DAYS."""
    today = local_day(now_ms, zone)
    last = today if wanted.until_ms is None else min(today, local_day(max(0, wanted.until_ms - 1), zone))
    if wanted.from_ms is not None:
        first = local_day(wanted.from_ms, zone)
    else:
        first = today if wanted.until_ms is None else last
    last = max(first, last)
    first = max(first, last - MOST_DAYS + 1)
    return Span(Days(first, last), local_hour(now_ms, zone) + 1 if last == today else None)


def start_ms(day: int, zone: str) -> int:
    """When a local day began there, Unix milliseconds."""
    return ms_of(datetime.combine(date_of(day), time(), ZoneInfo(zone)))


def date_of(day: int) -> date:
    """The date of a local day."""
    return date.fromordinal(day + _EPOCH)


def day_of(found: date) -> int:
    """The local day of a date."""
    return found.toordinal() - _EPOCH
