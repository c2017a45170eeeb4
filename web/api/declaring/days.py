"""Days as they stand in bodies and addresses: 2026-11-20."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.errors import InputError

DayText = Annotated[str, Field(max_length=10, description="Like 2026-11-20.")]


def day_of(text: str, field: str = "day") -> date:
    """The day that is written; InputError for anything else, and for days with none before or after."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 2000 <= day.year < 2200:
        raise InputError(field, "Give a day like 2026-11-20.", "请填写如 2026-11-20 的日期。")
    return day
