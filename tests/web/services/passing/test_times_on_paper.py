"""Times of day on paper are read as people write them, and never guessed."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.services.passing.paper.paper_times import time_of


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("7:05", "07:05:00"),
        ("0705", "07:05:00"),
        ("705", "07:05:00"),
        ("19.30", "19:30:00"),
        ("７：０５", "07:05:00"),
        ("14:20:30", "14:20:30"),
        ("7时05分30秒", "07:05:30"),
        ("7点5分", "07:05:00"),
        ("9点", "09:00:00"),
        ("9 时", "09:00:00"),
        ("8点半", "08:30:00"),
        ("上午8点半", "08:30:00"),
        ("下午3点", "15:00:00"),
        ("下午3:15", "15:15:00"),
        ("下午 15:20", "15:20:00"),
        ("晚上7点", "19:00:00"),
        ("中午12:10", "12:10:00"),
        ("中午1点", "13:00:00"),
        ("凌晨12点", "00:00:00"),
        ("3pm", "15:00:00"),
        ("3:15 p.m.", "15:15:00"),
        ("12:05 am", "00:05:00"),
        ("12 PM", "12:00:00"),
    ],
)
def test_a_time_is_read_as_it_is_written(written: str, meant: str) -> None:
    found = time_of(written)
    assert found is not None
    assert found.isoformat() == meant


@pytest.mark.parametrize(
    "written",
    [
        *("", "7", "07:5", "24:00", "7:60", "下午", "下午3", "上午15:00", "上午12点", "晚上12点", "13 am"),
        *("0 pm", "下午3pm", "7点 30分 61秒", "noon", "7:05:5", "½"),
    ],
)
def test_what_may_be_taken_for_two_times_or_none_is_none(written: str) -> None:
    assert time_of(written) is None


@given(st.times(), st.sampled_from(("%H:%M:%S", "%H.%M.%S", "%H时%M分%S秒")))
def test_any_time_is_read_back(meant: time, form: str) -> None:
    assert time_of(meant.strftime(form)) == meant.replace(microsecond=0)


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    time_of(text)
