"""Dates and times as people and spreadsheets write them, read in a zone."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from domain.errors import InputError
from web.services.installation import next_day_ms

# Clocks of phones and offices differ; more than this is a typing error.
_CLOCKS_APART_MS = 300_000
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[ T]*(\d{1,2})[:时点](\d{1,2})分?(?::?(\d{1,2})秒?(?:\.\d+)?)?)?[ ]*(Z|[+-]\d{2}:?\d{2})?"
)
_UNKNOWN = {"", "unknown", "?", "-", "n/a", "不详", "未知", "不明", "无"}


def since_ms(
    typed: str, zone: str, now_ms: int, field: str = "since", *, may_come: bool = False
) -> int | None:
    """When something began, Unix milliseconds; None when it is said to be unknown.

    A day without a time counts from its first minute. InputError names `field`: not a date, or to come
    where it may not.
    """
    text = _plain(typed)
    if text in _UNKNOWN:
        return None
    began_ms, _ = _read(text, zone, field)
    if not may_come and began_ms > now_ms + _CLOCKS_APART_MS:
        raise InputError(
            field,
            "This date has not come yet. Please check it. What begins later needs the day it ends, too.",
            "该时间尚未到来，请核对。尚未开始的凭证须同时填写截止日期。",
        )
    return began_ms


def until_ms(typed: str, zone: str, now_ms: int, since: int | None, field: str = "until") -> int | None:
    """When something ends, Unix milliseconds; None when it does not.

    A day without a time counts to its last minute. InputError names `field`: not a date, over already,
    or not after `since`.
    """
    text = _plain(typed)
    if text in _UNKNOWN:
        return None
    named_ms, has_time = _read(text, zone, field)
    ends_ms = named_ms if has_time else next_day_ms(named_ms, zone)
    if ends_ms <= now_ms:
        raise InputError(field, "This is over already. Please check the date.", "该期限已过，请核对日期。")
    if since is not None and ends_ms <= since:
        raise InputError(
            field, "This ends before it begins. Please check both dates.", "结束早于开始，请核对两个日期。"
        )
    return ends_ms


def _plain(typed: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", typed).casefold().split())[:80]


def _read(text: str, zone: str, field: str) -> tuple[int, bool]:
    """The moment, and whether a time of day was given."""
    refusal = InputError(
        field,
        "This is not a date. Write it like 2026-11-20 08:30, or like 2026-11-20.",
        "日期无法识别，请写成 2026-11-20 08:30 或 2026-11-20 的样子。",
    )
    found = _MOMENT.fullmatch(text.upper())
    if found is None:
        raise refusal
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise refusal
    try:
        at = datetime(year, month, day, hour, minute, second, tzinfo=_zone(found[7], zone))
    except ValueError:
        raise refusal from None
    return int(at.timestamp()) * 1000, found[4] is not None


def _zone(offset: str | None, zone: str) -> tzinfo:
    if offset is None:
        return ZoneInfo(zone)
    if offset == "Z":
        return UTC
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))
