"""When somebody is expected: one window, or the same hours on chosen days of a term."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.errors import InputError
from web.services.tables import moments

OCCASIONS_MOST = 62
_TERM_MOST_DAYS = 366
_AHEAD_MOST_DAYS = 732
# One stay at a stretch: shift work and conferences, not a year of open doors.
_STRETCH_MOST_MS = 31 * 86_400_000
_DAY_MINUTES = 24 * 60
_TIME = re.compile(r"(\d{1,2})[:时点](?:(\d{1,2})分?)?(?::\d{1,2}秒?)?|(\d{1,2})(\d{2})|(\d{1,2})")


@dataclass(frozen=True, slots=True)
class When:
    """When somebody is expected, as it was typed.

    `weekdays` are 0 for Monday to 6; none means every day of the term. Without `last_day` it is one day.
    Hours left empty mean from the first minute, or to the last.
    """

    day: str
    from_time: str = ""
    until_time: str = ""
    last_day: str = ""
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Occasion:
    """From when until when (Unix milliseconds, the end not included)."""

    from_ms: int
    until_ms: int


def occasions(when: When, zone: str, now_ms: int) -> tuple[Occasion, ...]:
    """The occasions that are not over, in order; InputError names the first bad field of `When`.

    Hours that end before they begin end on the next morning.
    """
    first = day_of(when.day, zone, now_ms, "day")
    last = day_of(when.last_day, zone, now_ms, "last_day") if when.last_day.strip() else first
    _expect_term(first, last, zone, now_ms)
    opens = minute_of(when.from_time, "from_time") if when.from_time.strip() else 0
    closes = minute_of(when.until_time, "until_time") if when.until_time.strip() else _DAY_MINUTES
    days = [first + timedelta(days=nth) for nth in range((last - first).days + 1)]
    chosen = [day for day in days if not when.weekdays or day.weekday() in when.weekdays]
    if not chosen:
        raise InputError(
            "weekdays",
            "None of these weekdays lies between the first and the last day.",
            "起止日期之间没有所选的星期。",
        )
    made = [_occasion(day, opens, closes, zone) for day in chosen]
    ahead = tuple(one for one in made if one.until_ms > now_ms)
    if not ahead:
        raise _over("day" if first == last else "last_day")
    return _few(ahead)


def stretch(from_text: str, until_text: str, zone: str, now_ms: int) -> tuple[Occasion, ...]:
    """One occasion between two moments with their dates; InputError names `from_time` or `until_time`."""
    began = moments.since_ms(from_text, zone, now_ms, "from_time", may_come=True)
    if began is None:
        raise _no_day("from_time")
    ends = moments.until_ms(until_text, zone, now_ms, began, "until_time")
    if ends is None:
        raise _no_day("until_time")
    if ends - began > _STRETCH_MOST_MS:
        raise InputError(
            "until_time",
            "One visit lasts 31 days at most. Give hours and weekdays for a longer term.",
            "一次来访最长 31 天；更长的期限请填写每日时段和星期。",
        )
    return (Occasion(began, ends),)


def day_of(typed: str, zone: str, now_ms: int, field: str) -> date:
    """The day that was typed, with or without a time of day; InputError names `field`."""
    at_ms = moments.since_ms(typed, zone, now_ms, field, may_come=True)
    if at_ms is None:
        raise _no_day(field)
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).date()


def minute_of(typed: str, field: str) -> int:
    """Minutes after midnight, 24:00 included; InputError names `field`."""
    found = _TIME.fullmatch("".join(unicodedata.normalize("NFKC", typed).split()))
    if found is not None:
        hour, minute = found[1] or found[3] or found[5], found[2] or found[4] or "0"
        minutes = int(hour) * 60 + int(minute)
        if int(minute) < 60 and minutes <= _DAY_MINUTES:
            return minutes
    raise InputError(
        field, "This is not a time of day. Write it like 09:30.", "时间无法识别，请写成 09:30 的样子。"
    )


def _occasion(day: date, opens: int, closes: int, zone: str) -> Occasion:
    return Occasion(
        _at_ms(day, opens, zone), _at_ms(day, closes if closes > opens else closes + _DAY_MINUTES, zone)
    )


def _at_ms(day: date, minute: int, zone: str) -> int:
    # By the calendar: on a day with a change of the clock, nine o'clock is still nine o'clock.
    days, rest = divmod(minute, _DAY_MINUTES)
    at = datetime(day.year, day.month, day.day, rest // 60, rest % 60, tzinfo=ZoneInfo(zone))
    return int((at + timedelta(days=days)).timestamp()) * 1000


def _expect_term(first: date, last: date, zone: str, now_ms: int) -> None:
    today = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(zone)).date()
    if (first - today).days > _AHEAD_MOST_DAYS:
        raise InputError(
            "day", "This is more than two years ahead. Please check it.", "日期在两年以后，请核对。"
        )
    if last < first:
        raise InputError(
            "last_day",
            "The last day is before the first. Please check both.",
            "截止日期早于开始日期，请核对。",
        )
    if (last - first).days > _TERM_MOST_DAYS:
        raise InputError("last_day", "A term has a year at most.", "期限最长为一年。")


def _few(ahead: tuple[Occasion, ...]) -> tuple[Occasion, ...]:
    if len(ahead) > OCCASIONS_MOST:
        raise InputError(
            "last_day",
            f"These are {len(ahead)} days; {OCCASIONS_MOST} can be announced at once. End the term earlier.",
            f"共 {len(ahead)} 天，一次最多预约 {OCCASIONS_MOST} 天，请提前截止日期。",
        )
    return ahead


def _no_day(field: str) -> InputError:
    return InputError(field, "Please give the day, like 2026-11-20.", "请填写日期，例如 2026-11-20。")


def _over(field: str) -> InputError:
    return InputError(field, "This is over already. Please check the date.", "该时间已过，请核对日期。")
