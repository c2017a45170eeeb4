"""Opening hours on the venue's own clock: ends, breaks, holidays, and the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.hours import OpeningHours, local_time

SATURDAY = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
OFFICE = OpeningHours(weekly=(((480, 720), (780, 1080)),) * 5 + ((), ()))


def at_ms(iso: str) -> int:
    return round(datetime.fromisoformat(iso).timestamp() * 1000)


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [
        ("07:59", False),
        ("08:00", True),
        ("11:59", True),
        ("12:00", False),
        ("12:59", False),
        ("13:00", True),
        ("17:59", True),
        ("18:00", False),
    ],
)
def test_an_opening_holds_its_first_minute_and_not_its_last(clock: str, is_open: bool):
    monday = datetime.fromisoformat(f"2026-11-23T{clock}:59+00:00")
    assert OFFICE.is_open(monday) is is_open


def test_a_door_that_is_always_open_is_open_in_every_minute():
    assert all(OpeningHours().is_open(SATURDAY + timedelta(minutes=n)) for n in range(8 * 1440))


def test_a_night_is_split_at_midnight_and_has_no_gap():
    night = OpeningHours(weekly=(((0, 120), (1320, 1440)),) * 7)
    begun = SATURDAY + timedelta(hours=22)
    assert all(night.is_open(begun + timedelta(minutes=n)) for n in range(240))
    assert not night.is_open(begun - timedelta(minutes=1))
    assert not night.is_open(begun + timedelta(minutes=240))


def test_a_holiday_is_shut_from_midnight_to_midnight_on_the_clock_of_the_venue():
    hours = OpeningHours(holidays=frozenset({date(2026, 11, 21)}))
    shut = [at_ms("2026-11-20T16:00:00+00:00"), at_ms("2026-11-21T15:59:59+00:00")]
    opened = [at_ms("2026-11-20T15:59:59+00:00"), at_ms("2026-11-21T16:00:00+00:00")]
    assert not any(hours.is_open(local_time(ms, "Asia/Shanghai")) for ms in shut)
    assert all(hours.is_open(local_time(ms, "Asia/Shanghai")) for ms in opened)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-10-24", 24), ("2026-10-25", 25), ("2027-03-28", 23), ("2027-03-29", 24)],
)
def test_a_day_has_as_many_open_hours_as_the_clock_gives_it(day: str, expected: int):
    only = date.fromisoformat(day)
    hours = OpeningHours(weekly=tuple(((0, 1440),) if n == only.weekday() else () for n in range(7)))
    begun = at_ms(f"{day}T00:00:00+00:00") - 3 * 3_600_000
    minutes = sum(
        hours.is_open(local_time(begun + minute * 60_000, "Europe/Berlin")) for minute in range(30 * 60)
    )
    assert minutes == expected * 60


def test_the_hour_that_comes_twice_is_open_twice_and_the_one_left_out_never():
    two_to_three = OpeningHours(weekly=(((120, 180),),) * 7)

    def open_minutes(begun: str) -> int:
        first = at_ms(begun)
        return sum(
            two_to_three.is_open(local_time(first + n * 60_000, "Europe/Berlin")) for n in range(6 * 60)
        )

    assert open_minutes("2026-10-24T22:00:00+00:00") == 120
    assert open_minutes("2027-03-27T23:00:00+00:00") == 0
    assert open_minutes("2026-11-20T23:00:00+00:00") == 60


@pytest.mark.parametrize(
    ("iso", "shown"),
    [
        ("2026-11-23T07:00", "08:00–12:00, 13:00–18:00"),
        ("2026-11-23T12:00", "13:00–18:00"),
        ("2026-11-23T18:00", "2026-11-24 08:00–12:00, 13:00–18:00"),
        ("2026-11-27T18:00", "2026-11-30 08:00–12:00, 13:00–18:00"),
    ],
)
def test_a_closed_door_says_when_it_opens_next(iso: str, shown: str):
    assert OFFICE.shown(datetime.fromisoformat(iso)) == shown


def test_a_closed_door_looks_past_its_holidays():
    week = frozenset(date(2026, 11, 24) + timedelta(days=n) for n in range(4))
    hours = OpeningHours(OFFICE.weekly, week)
    assert hours.shown(datetime(2026, 11, 23, 19, 0)) == "2026-11-30 08:00–12:00, 13:00–18:00"


def test_a_door_that_never_opens_says_a_dash():
    assert OpeningHours(((),) * 7).shown(SATURDAY) == "—"


openings = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(sorted).filter(lambda pair: pair[0] < pair[1]),
    max_size=3,
).map(lambda pairs: tuple((start, end) for start, end in pairs))


@given(st.tuples(*[openings] * 7), st.integers(0, 20 * 1440))
def test_what_a_closed_door_says_comes_true(weekly: tuple[tuple[tuple[int, int], ...], ...], minute: int):
    hours = OpeningHours(weekly)
    now = SATURDAY + timedelta(minutes=minute)
    said = hours.shown(now)
    if not hours.is_open(now) and said != "—":
        *day, times = said.split(" ", 1) if said[4] == "-" else ("", said)
        on = date.fromisoformat(day[0]) if day[0] else now.date()
        starts = [opening.split("–")[0] for opening in times.split(", ")]
        first = min(
            datetime.fromisoformat(f"{on.isoformat()}T{start}").replace(tzinfo=UTC) for start in starts
        )
        assert first > now
        assert hours.is_open(first)
        between = range(0, int((first - now).total_seconds() / 60), 11)
        assert not any(hours.is_open(now + timedelta(minutes=minutes)) for minutes in between)
