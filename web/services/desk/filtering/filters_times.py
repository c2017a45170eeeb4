"""The times of a filter: fixed periods of the calendar, and times as people type them or a URL keeps them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain import hours
from domain.hours import local_time
from domain.wording import Sentence

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK_DAYS = 7
_UNREADABLE = Sentence(
    "Give date and time like 2026-11-21 08:00.", "请填写日期和时间，例如 2026-11-21 08:00。"
)
_ENDLESS = Sentence("This is before the beginning. Exchange the two times.", "结束时间早于开始时间，请对调。")
Span = tuple[int | None, int | None]


class Period(StrEnum):
    """A period by the calendar of the venue, or times of one's own."""

    OWN = ""
    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"


def spanned(period: Period, now_ms: int, zone: str) -> Span:
    """From when to when (left out) a period reaches; what goes on has no end."""
    today = local_time(now_ms, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if period is Period.TODAY:
        return ms_of(today), None
    if period is Period.YESTERDAY:
        return ms_of(today - timedelta(days=1)), ms_of(today)
    if period is Period.WEEK:
        return ms_of(today - timedelta(days=_WEEK_DAYS - 1)), None
    return None, None


def own(begins: str, ends: str, zone: str, wrong: dict[str, Sentence]) -> Span:
    """The two times as they were typed; what is wrong with one of them is put under its field."""
    times = {}
    for field, typed in (("from", begins), ("until", ends)):
        times[field] = parsed(typed, zone) if typed else None
        if typed and times[field] is None:
            wrong[field] = _UNREADABLE
    if times["from"] is not None and times["until"] is not None and times["until"] < times["from"]:
        wrong["until"] = _ENDLESS
    return times["from"], times["until"]


def parsed(typed: str, zone: str) -> int | None:
    """Unix milliseconds of an ISO 8601 time, in `zone` if it names none; None for anything else."""
    try:
        at = datetime.fromisoformat(typed)
        found = ms_of(at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone)))
    except (ValueError, OverflowError):
        return None
    return found if found >= 0 else None


def ms_of(at: datetime) -> int:
    """Unix milliseconds of an aware time, by its own clock and calendar."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def utc_text(at_ms: int | None) -> str:
    """The time as a URL keeps it, whole to the millisecond; "" for none."""
    return "" if at_ms is None else hours.utc_text(at_ms, "milliseconds")


def local_text(at_ms: int, zone: str) -> str:
    """The time as a `datetime-local` field shows it."""
    return local_time(at_ms, zone).replace(tzinfo=None).isoformat(timespec="seconds")
