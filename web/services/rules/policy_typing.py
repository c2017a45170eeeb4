"""Reads what staff type into the fields of a policy: times of day, dates, numbers, lists of names."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from domain.credential import KINDS
from domain.errors import InputError
from domain.visitor import cleaned

LINES_MOST = 400
_DAY_MINUTES = 1440
_OPENINGS_MOST = 6
_TIME = r"(\d{1,2})(?::(\d{2}))?"
_OPENING = re.compile(rf"{_TIME}-{_TIME}")
_DATE = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_DATES = re.compile(rf"{_DATE}(?:~{_DATE})?")
_RANGE_MOST = 100


def whole_number(typed: str, field: str, least: int, most: int) -> int:
    """The whole number that was typed, full-width digits and thousands commas included."""
    digits = unicodedata.normalize("NFKC", typed).strip().replace(",", "")
    if not digits.isdecimal() or not least <= int(digits[:12]) <= most:
        raise InputError(
            field,
            f"Give a whole number from {least:,} to {most:,}, or leave this empty.",
            f"请填写 {least:,} 至 {most:,} 的整数，或留空。",
        )
    return int(digits)


def limit_tenths(typed: str, field: str) -> int:
    """Tenths of a degree out of `37.3`, from 35.0 to 42.0 °C."""
    text = unicodedata.normalize("NFKC", typed).strip().removesuffix("°C").strip().replace(",", ".")
    if re.fullmatch(r"\d{2}(\.\d)?", text) and 350 <= round(float(text) * 10) <= 420:
        return round(float(text) * 10)
    raise InputError(
        field,
        "Give a limit in °C with one decimal, from 35.0 to 42.0, for example 37.3.",
        "请填写 35.0 至 42.0 之间的摄氏温度，例如 37.3。",
    )


def openings(typed: str, field: str) -> list[list[int]]:
    """A day's openings in minutes out of `8-12, 13:00–18:00`; nothing typed is a day shut.

    Those that touch or overlap become one.
    """
    text = unicodedata.normalize("NFKC", typed)
    text = re.sub(r"\s*(?:[‐-―−~]|至|到)\s*|\s*-\s*", "-", text)
    found = [_opening(part, field) for part in re.split(r"[,;、\s]+", text.strip()) if part]
    joined: list[list[int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    if len(joined) > _OPENINGS_MOST:
        raise InputError(
            field, f"A day has at most {_OPENINGS_MOST} openings.", f"每天最多 {_OPENINGS_MOST} 个开放时段。"
        )
    return joined


def _opening(part: str, field: str) -> tuple[int, int]:
    found = _OPENING.fullmatch(part)
    if found is None:
        raise InputError(
            field,
            f"“{part[:20]}” is no opening. Write it like 08:00-12:00, 13:00-18:00, or leave the day empty.",
            f"“{part[:20]}”不是开放时段，请写成 08:00-12:00, 13:00-18:00，不开放则留空。",
        )
    start, end = _minute(found[1], found[2]), _minute(found[3], found[4])
    if not 0 <= start < end <= _DAY_MINUTES:
        raise InputError(
            field,
            f"“{part[:20]}” must end after it starts and by 24:00. Split what goes over midnight: "
            "22:00-24:00 here, the rest on the next day.",
            f"“{part[:20]}”须在开始之后、24:00 之前结束；跨夜请拆开：当天 22:00-24:00，其余填在次日。",
        )
    return start, end


def _minute(hour: str, minute: str | None) -> int:
    return int(hour) * 60 + int(minute or 0) if int(minute or 0) < 60 else -1


def dates(typed: str, field: str) -> list[str]:
    """ISO dates out of `2026-10-01`, `2026/10/1`, `2026年10月1日` and `2026-10-01–2026-10-07`."""
    text = unicodedata.normalize("NFKC", typed)
    # Between two dates any dash with blanks, a long one, or a word; inside of a date only a short one.
    text = re.sub(r"\s*(?:[‒-―−~]|至|到|\bto\b)\s*|\s+-+\s+", "~", text)
    found: set[date] = set()
    for part in re.split(r"[,;、\s]+", text.strip()):
        if part:
            found.update(_days(part, field))
    if len(found) > LINES_MOST:
        raise InputError(field, f"At most {LINES_MOST} dates.", f"最多 {LINES_MOST} 个日期。")
    return [day.isoformat() for day in sorted(found)]


def _days(part: str, field: str) -> list[date]:
    parts = _DATES.fullmatch(part)
    try:
        if parts is None:
            raise ValueError
        numbers = [int(number) for number in parts.groups() if number]
        first = date(*numbers[:3])
        last = date(*numbers[3:]) if numbers[3:] else first
        if not 0 <= (last - first).days < _RANGE_MOST:
            raise ValueError
    except ValueError:
        raise InputError(
            field,
            f"“{part[:30]}” is no date. Write one a line, like 2026-10-01 or 2026-10-01–2026-10-07.",
            f"“{part[:30]}”不是日期，请每行一个，例如 2026-10-01 或 2026-10-01–2026-10-07。",
        ) from None
    return [first + timedelta(days=later) for later in range((last - first).days + 1)]


def names(typed: str, field: str) -> list[str]:
    """The names on separate lines, or between commas, each once."""
    parts = [part for part in re.split(r"[\n,;，；、]+", typed) if part.strip()]
    if len(parts) > LINES_MOST:
        raise InputError(field, f"At most {LINES_MOST} names.", f"最多 {LINES_MOST} 个名称。")
    return sorted({cleaned(part, field, 100) for part in parts})


def kind_of(typed: str, field: str) -> str:
    """The kind of a credential by its own name, or one of the known by its name in either language."""
    name = cleaned(typed, field, 100)
    known = {said.casefold(): kind for kind, names in KINDS.items() for said in (kind, names.en, names.zh)}
    return known.get(name.casefold(), name)
