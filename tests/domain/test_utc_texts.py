"""Times as texts: UTC, as machines read it, cut off and never rounded up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.hours import OpeningHours, utc_text


@pytest.mark.parametrize(
    ("at_ms", "seconds", "milliseconds"),
    [
        (0, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
        (1_795_262_400_999, "2026-11-21T12:00:00Z", "2026-11-21T12:00:00.999Z"),
        (-1, "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.999Z"),
    ],
)
def test_a_time_is_written_in_utc_to_the_second_or_millisecond(at_ms: int, seconds: str, milliseconds: str):
    assert utc_text(at_ms) == seconds == utc_text(at_ms, "seconds")
    assert utc_text(at_ms, "milliseconds") == milliseconds


@given(st.integers(0, 253_370_764_799_999))
def test_the_text_says_the_millisecond(at_ms: int):
    said = datetime.fromisoformat(utc_text(at_ms, "milliseconds"))
    assert said.tzinfo == UTC
    assert round(said.timestamp() * 1000) == at_ms


def test_an_opening_is_shown_until_its_last_minute():
    hours = OpeningHours((((480, 605),),) * 7)
    monday = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    assert hours.shown(monday) == "08:00–10:05"
    assert hours.shown(monday.replace(minute=4)) == "08:00–10:05"
    assert hours.shown(monday.replace(minute=5)) == "2026-11-24 08:00–10:05"
