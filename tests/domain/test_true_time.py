"""When an entry really happened, out of whatever its gate's clocks said (K1, K2, K4)."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decision import Decision, Outcome, Presence
from domain.entry import Clock, Entry, Way, entry_of, made_ms, uuid7
from domain.reason import Reason
from domain.true_time import APART_MS, SYNCED_MS, TimeQuality, TrueTime, true_time
from domain.venue import Direction

NOW = 1_795_140_000_000
HOUR, DAY = 3_600_000, 86_400_000
YEAR = 365 * DAY


def entry(at_ms: int, clock: Clock, judged_ms: int | None = None) -> Entry:
    made = at_ms if judged_ms is None else judged_ms
    return entry_of(
        Decision(Outcome.ADMITTED, Reason.WELCOME, Presence.ROTATING),
        identity=uuid7(made, hashlib.sha256(b"1").digest()), device="k", seq=1, venue="v", entrance="e",
        direction=Direction.IN, at_ms=at_ms, way=Way.KIOSK, policy_version=1, bundle_seq=1, clock=clock,
    )  # fmt: skip


def measured(offset_ms: int, age_ms: int = 0) -> Clock:
    return Clock("boot", 5_000, offset_ms, age_ms)


@pytest.mark.parametrize(
    "wrong_by",
    [-YEAR, YEAR, -HOUR, HOUR, 1_000, 0, 2_147_483_648_000 - NOW],
    ids=["-1y", "+1y", "dst back", "dst on", "leap second", "right", "2038"],
)
def test_a_gate_that_measured_is_right_however_wrong_its_wall_clock_is(wrong_by: int) -> None:
    happened = NOW - DAY
    told = true_time(entry(happened + wrong_by, measured(-wrong_by)), NOW)
    assert told == TrueTime(happened, TimeQuality.SYNCED)


def test_a_measurement_of_ten_minutes_ago_is_carried_on() -> None:
    qualities = [
        true_time(entry(NOW, measured(0, age)), NOW).quality for age in (SYNCED_MS - 1, SYNCED_MS, 30 * DAY)
    ]
    assert qualities == [TimeQuality.SYNCED, TimeQuality.HOLDOVER, TimeQuality.HOLDOVER]


def test_an_offset_of_unknown_age_is_no_fresh_one() -> None:
    assert true_time(entry(NOW, Clock("b", 1, 0, None)), NOW).quality is TimeQuality.HOLDOVER


def test_a_gate_that_never_measured_is_believed_by_its_wall_clock() -> None:
    assert true_time(entry(NOW - HOUR, Clock("b", 1)), NOW) == TrueTime(NOW - HOUR, TimeQuality.UNKNOWN)


def test_a_gate_a_year_behind_is_no_earlier_than_the_rules_it_held() -> None:
    rules_signed = NOW - DAY
    told = true_time(entry(NOW - YEAR, Clock("b", 1), judged_ms=rules_signed), NOW)
    assert told == TrueTime(rules_signed, TimeQuality.UNKNOWN)


def test_nothing_happened_after_it_arrived() -> None:
    assert true_time(entry(NOW + YEAR, Clock("b", 1)), NOW) == TrueTime(NOW, TimeQuality.UNKNOWN)
    assert true_time(entry(NOW, measured(YEAR)), NOW) == TrueTime(NOW, TimeQuality.UNKNOWN)
    little = true_time(entry(NOW + APART_MS, measured(0)), NOW)
    assert little == TrueTime(NOW, TimeQuality.SYNCED)


def test_the_id_tells_the_time_it_was_made() -> None:
    assert made_ms(uuid7(NOW, bytes(10))) == NOW
    assert made_ms(uuid7(2**48 - 1, bytes(10))) == 2**48 - 1


@given(
    st.integers(0, 253_370_764_800_000 - 1),
    st.one_of(st.none(), st.integers(-(2**53) + 1, 2**53 - 1)),
    st.one_of(st.none(), st.integers(0, 2**53 - 1)),
    st.integers(0, 2**48 - 1),
)
def test_any_clock_gives_a_time_between_the_epoch_and_the_arrival(
    at_ms: int, offset: int | None, age: int | None, judged_ms: int
) -> None:
    made = entry(at_ms, Clock("b", 1, offset, age), judged_ms)
    told = true_time(made, NOW)
    assert 0 <= told.ms <= NOW
    assert made == replace(made, at_ms=at_ms)  # nothing is rewritten
    if told.quality is not TimeQuality.UNKNOWN:
        assert offset is not None
        assert abs(told.ms - (at_ms + offset)) <= APART_MS


def test_what_happened_at_the_epoch_is_told_as_it_is() -> None:
    assert true_time(entry(0, measured(0)), NOW) == TrueTime(0, TimeQuality.SYNCED)
    assert true_time(entry(0, measured(-1)), NOW) == TrueTime(0, TimeQuality.UNKNOWN)
    assert true_time(entry(1, measured(0)), NOW) == TrueTime(1, TimeQuality.SYNCED)


def test_five_minutes_and_a_millisecond_after_its_arrival_says_nothing() -> None:
    assert true_time(entry(NOW + APART_MS + 1, measured(0)), NOW) == TrueTime(NOW, TimeQuality.UNKNOWN)
