"""The calendar of a venue: the day and hour of a moment there, and when its day's stays end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_MINUTE_MS = 60_000
_DAY_MINUTES = 1440
# Clocks are set in steps of a quarter of an hour, so that within one they just go on.
_SLOT_MS = 15 * _MINUTE_MS
_EPOCH = date(1970, 1, 1).toordinal()


def local_day(at_ms: int, zone: str) -> int:
    """The day there, counted from 1970-01-01."""
    return _slot(zone, at_ms // _SLOT_MS)[0]


def local_hour(at_ms: int, zone: str) -> int:
    """The hour of the day there, 0 to 23."""
    return _slot(zone, at_ms // _SLOT_MS)[1] // 60


def stays_end_after(at_ms: int, zone: str, minute: int) -> int:
    """The first time after a moment at which the clock there shows a minute of the day, Unix milliseconds."""
    day, now = _slot(zone, at_ms // _SLOT_MS)
    now += at_ms % _SLOT_MS // _MINUTE_MS
    day += now >= minute
    while (end := _at(zone, minute, day)) <= at_ms:
        day += 1
    return end


def stays_end_before(at_ms: int, zone: str, minute: int) -> int:
    """The last time before a moment at which the clock there showed a minute of the day."""
    day = _slot(zone, at_ms // _SLOT_MS)[0]
    while (end := _at(zone, minute, day)) >= at_ms:
        day -= 1
    return end


@lru_cache(maxsize=65_536)
def _slot(zone: str, slot: int) -> tuple[int, int]:
    """The day and the minute of the day at which a quarter of an hour begins."""
    at = datetime.fromtimestamp(slot * _SLOT_MS / 1000, ZoneInfo(zone))
    return at.toordinal() - _EPOCH, at.hour * 60 + at.minute


@lru_cache(maxsize=65_536)
def _at(zone: str, minute: int, day: int) -> int:
    at = datetime.combine(date.fromordinal(day + _EPOCH), datetime.min.time(), ZoneInfo(zone))
    at += timedelta(minutes=minute % _DAY_MINUTES)
    return int(at.astimezone(UTC).timestamp() * 1000)
