"""What staff type for times, dates and numbers is read as they meant it, or named with what to write."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputError
from web.services.rules import policy_typing
from web.services.rules.policy_words import dates_text, openings_text

_MINUTES = st.lists(st.integers(0, 1440), min_size=0, max_size=12, unique=True).map(sorted)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("8-12, 13:00–18:00", [[480, 720], [780, 1080]]),
        ("08：00 - 12：00；13:30～18:00", [[480, 720], [810, 1080]]),
        ("8:30至17:30", [[510, 1050]]),
        ("０-24", [[0, 1440]]),
        ("13-18 8-13", [[480, 1080]]),
        ("", []),
    ],
)
def test_openings_are_read_as_people_write_them(typed: str, wanted: list[list[int]]):
    assert policy_typing.openings(typed, "mon") == wanted


@given(_MINUTES)
def test_openings_that_are_shown_are_read_again(minutes: list[int]):
    pairs = [[a, b] for a, b in zip(minutes[::2], minutes[1::2], strict=False)]
    assert policy_typing.openings(openings_text((a, b) for a, b in pairs), "mon") == pairs


@pytest.mark.parametrize("typed", ["22-6", "25-26", "8:60-9", "8", "morning", "8-8", "-", "8-9-10"])
def test_an_opening_that_cannot_be_one_is_named(typed: str):
    with pytest.raises(InputError) as told:
        policy_typing.openings(typed, "tue")
    assert told.value.field == "tue"


def test_a_day_takes_six_openings():
    with pytest.raises(InputError):
        policy_typing.openings(", ".join(f"{hour}:00-{hour}:30" for hour in range(7)), "mon")


@pytest.mark.parametrize(
    "typed",
    [
        "2026-10-01\n2026-10-02",
        "2026/10/1, 2026年10月2日",
        "2026-10-01–2026-10-02",
        "2026-10-01 - 2026-10-02",
        "2026年10月1日至2026年10月2日",
        "2026-10-01 to 2026-10-02",
    ],
)
def test_dates_and_runs_of_dates_are_read_as_people_write_them(typed: str):
    assert policy_typing.dates(typed, "holidays") == ["2026-10-01", "2026-10-02"]


@given(st.sets(st.dates(date(2020, 1, 1), date(2020, 3, 1)), max_size=40))
def test_dates_that_are_shown_are_read_again(days: set[date]):
    assert policy_typing.dates("\n".join(dates_text(days)), "d") == [day.isoformat() for day in sorted(days)]


@pytest.mark.parametrize(
    "typed", ["2026-13-01", "tomorrow", "2026-02-30", "2026-10-02–2026-10-01", "0000-01-01"]
)
def test_a_date_that_cannot_be_one_is_named(typed: str):
    with pytest.raises(InputError) as told:
        policy_typing.dates(typed, "holidays")
    assert typed[:8] in told.value.sentence.en
    assert typed[:8] in told.value.sentence.zh


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "many", "11", "9" * 400])
def test_a_number_out_of_its_bounds_is_told_its_bounds(typed: str):
    with pytest.raises(InputError) as told:
        policy_typing.whole_number(typed, "capacity", 1, 10)
    assert "from 1 to 10" in told.value.sentence.en
    assert policy_typing.whole_number(" １０ ", "capacity", 1, 10) == 10
    assert policy_typing.whole_number("1,000", "capacity", 1, 1000) == 1000


@pytest.mark.parametrize("typed", ["34.9", "42.1", "37.33", "hot", "99"])
def test_a_limit_that_cannot_be_one_is_refused(typed: str):
    with pytest.raises(InputError):
        policy_typing.limit_tenths(typed, "limit")
    assert policy_typing.limit_tenths("37，3 °C".replace("，", ","), "limit") == 373


@pytest.mark.parametrize("typed", ["Test result", "检测阴性证明", "test", " TEST "])
def test_a_known_credential_is_known_by_its_names(typed: str):
    assert policy_typing.kind_of(typed, "kind") == "test"
    assert policy_typing.kind_of("Forklift licence", "kind") == "Forklift licence"
