"""When an entrance is open: by the day of the week on its own clock, and the dates it stays shut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from domain.wording import Sentence

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# As policies write them, and as people read them.
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAYS = (
    Sentence("Mon", "周一"),
    Sentence("Tue", "周二"),
    Sentence("Wed", "周三"),
    Sentence("Thu", "周四"),
    Sentence("Fri", "周五"),
    Sentence("Sat", "周六"),
    Sentence("Sun", "周日"),
)
_YEAR_DAYS = 366


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Weekly opening times in minutes after local midnight, and dates on which it stays shut."""

    weekly: tuple[tuple[tuple[int, int], ...], ...] = (((0, 1440),),) * 7
    holidays: frozenset[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        """Whether `at` (in the venue's zone) falls into an opening; its end minute is outside."""
        minute = at.hour * 60 + at.minute
        return any(start <= minute < end for start, end in self._on(at.date()))

    def shown(self, at: datetime) -> str:
        """What is left of that day's openings, as `08:00–18:00`, or the next day that has one, with its date.

        A dash when nothing opens within a year.
        """
        minute = at.hour * 60 + at.minute
        for later in range(_YEAR_DAYS):
            day = at.date() + timedelta(days=later)
            left = [opening for opening in self._on(day) if later or opening[1] > minute]
            if left:
                times = ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in left)
                return f"{day.isoformat()} {times}" if later else times
        return "—"

    def _on(self, day: date) -> tuple[tuple[int, int], ...]:
        return self.weekly[day.weekday()] if day not in self.holidays else ()


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def local_time(at_ms: int, zone: str) -> datetime:
    """Unix milliseconds as a time of day in an IANA zone."""
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone))


def utc_text(at_ms: int, to: Literal["seconds", "milliseconds"] = "seconds") -> str:
    """Unix milliseconds in ISO 8601, like 2026-11-21T08:00:00Z; what is finer than `to` is cut off."""
    at = _EPOCH + timedelta(milliseconds=at_ms)
    return at.isoformat(timespec=to).replace("+00:00", "Z")
