"""Times of day as people write them on paper: 7:05, 0705, 19.30, 7点5分, 下午3点半, 3 pm."""

from __future__ import annotations

import re
import unicodedata
from datetime import time

_CLOCK = re.compile(
    r"(?P<before>上午|早上|早晨|凌晨|中午|下午|傍晚|晚上)?"
    r"(?:(?P<hour>\d{1,2})(?:"
    r"[:.时点](?P<minute>\d{2})分?(?:[:.]?(?P<second>\d{2})秒?)?"
    r"|[时点](?:(?P<half>半)|(?P<one>\d)分)?"
    r"|(?=[ap]m)"
    r")|(?P<plain_hour>\d{1,2})(?P<plain_minute>\d{2}))"
    r"(?P<after>am|pm)?"
)
_MORNING, _NOON, _EVENING = {"上午", "早上", "早晨", "凌晨", "am"}, "中午", {"下午", "傍晚", "晚上", "pm"}


def time_of(text: str) -> time | None:
    """The time of day that a cell says; None when it says none, or one that may be taken for two."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("a.m.", "am").replace("p.m.", "pm")
    found = _CLOCK.fullmatch("".join(plain.split()))
    if found is None or (found["before"] and found["after"]):
        return None
    hour = _hour(int(found["hour"] or found["plain_hour"]), found["before"] or found["after"] or "")
    minute = 30 if found["half"] else int(found["minute"] or found["plain_minute"] or found["one"] or 0)
    second = int(found["second"] or 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _hour(written: int, part: str) -> int:
    """The hour of 24 for one that a part of the day is written with; 24 when the two do not go together."""
    if part in _MORNING:
        # 12 in the morning is midnight to some and noon to others; with am it is midnight.
        return written if written < 12 else 0 if written == 12 and part in ("am", "凌晨") else 24
    if part == _NOON:
        return written + 12 if written < 3 else written if written in (11, 12, 13, 14) else 24
    if part in _EVENING:
        if written == 12 and part == "晚上":
            return 24
        return written + 12 if 1 <= written < 12 else written if written >= 12 else 24
    return written
