"""Who met whom: stays at one venue, near in time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contact import Stay, contacts, meeting_of

MINUTE = 60_000
HOUR = 60 * MINUTE
A = Stay("a1", "a", "hall", "north", 8 * HOUR, 10 * HOUR, "north", "scanned", "scanned")
B = A._replace(entry_id="b1", visitor_id="b")


def test_two_at_once_overlap_and_two_in_turn_are_apart():
    together = meeting_of(A, B._replace(in_ms=9 * HOUR, out_ms=12 * HOUR), 0)
    assert together is not None
    assert (together.overlap_ms, together.apart_ms, together.at_ms) == (HOUR, 0, 9 * HOUR)
    later = meeting_of(A, B._replace(in_ms=10 * HOUR + 20 * MINUTE, out_ms=11 * HOUR), 30 * MINUTE)
    assert later is not None
    assert (later.overlap_ms, later.apart_ms) == (0, 20 * MINUTE)
    assert meeting_of(A, B._replace(in_ms=10 * HOUR + 31 * MINUTE, out_ms=11 * HOUR), 30 * MINUTE) is None


def test_a_long_stay_that_began_hours_before_still_meets_a_short_one():
    porter = B._replace(in_ms=0, out_ms=24 * HOUR)
    met = meeting_of(A, porter, 0)
    assert met is not None
    assert met.overlap_ms == 2 * HOUR
    assert not met.is_close


def test_other_venues_and_oneself_are_no_meeting():
    assert meeting_of(A, B._replace(venue_id="yard"), HOUR) is None
    assert meeting_of(A, A._replace(entry_id="a2"), HOUR) is None


@pytest.mark.parametrize("apart", [0, 59_000, 60_000])
def test_one_entrance_within_one_minute_is_close(apart: int):
    met = meeting_of(A, B._replace(in_ms=A.in_ms + apart, out_ms=9 * HOUR), 0)
    assert met is not None
    assert met.is_close


def test_another_door_or_a_minute_more_is_not_close():
    beside = B._replace(in_ms=A.in_ms + 1000, entrance_id="south", out_ms=9 * HOUR)
    later = B._replace(in_ms=A.in_ms + 61_000, out_ms=9 * HOUR)
    for other in (beside, later):
        met = meeting_of(A, other, 0)
        assert met is not None
        assert not met.is_close


def test_going_out_beside_somebody_who_comes_in_is_close_only_if_the_exit_was_seen():
    comes = B._replace(in_ms=A.out_ms, out_ms=12 * HOUR)
    seen = meeting_of(A, comes, 0)
    assert seen is not None
    assert seen.is_close
    guessed = meeting_of(A._replace(ending="rule", out_entrance_id=""), comes, 0)
    assert guessed is not None
    assert not guessed.is_close


@pytest.mark.parametrize(
    ("ending", "assumed"),
    [("scanned", False), ("swept", False), ("", False), ("rule", True), ("elsewhere", True)],
)
def test_what_hangs_on_an_end_that_nobody_saw_is_labelled(ending: str, assumed: bool):
    met = meeting_of(A._replace(ending=ending), B._replace(in_ms=9 * HOUR, out_ms=12 * HOUR), 0)
    assert met is not None
    assert met.is_assumed is assumed


def test_contacts_are_closest_first_and_leave_the_cases_out():
    long = B._replace(
        entry_id="c1", visitor_id="c", in_ms=8 * HOUR + 5 * MINUTE, out_ms=10 * HOUR - 5 * MINUTE
    )
    short = B._replace(entry_id="d1", visitor_id="d", in_ms=9 * HOUR, out_ms=9 * HOUR + MINUTE)
    beside = B._replace(in_ms=A.in_ms + 1000, out_ms=8 * HOUR + MINUTE)
    another_case = A._replace(entry_id="a2")
    found = contacts([A], [short, long, beside, another_case], 0)
    assert [contact.visitor_id for contact in found] == ["b", "c", "d"]
    assert [contact.is_close for contact in found] == [True, False, False]


stays = st.builds(
    lambda who, venue, begins, lasts, ending: Stay(
        f"{who}{begins}", who, venue, "north", begins, begins + lasts, "north", "scanned", ending
    ),
    st.sampled_from("abcdef"),
    st.sampled_from(["hall", "yard"]),
    st.integers(0, 100 * MINUTE),
    st.integers(0, 100 * MINUTE),
    st.sampled_from(["", "scanned", "rule"]),
)


@given(st.lists(stays, max_size=3), st.lists(stays, max_size=12), st.integers(0, 60 * MINUTE))
def test_contacts_are_just_those_whose_stays_widened_by_the_minutes_touch(
    cases: list[Stay], others: list[Stay], within: int
):
    ill = {case.visitor_id for case in cases}
    expected = {
        other.visitor_id
        for other in others
        for case in cases
        if other.visitor_id not in ill
        and other.venue_id == case.venue_id
        and other.in_ms <= case.out_ms + within
        and other.out_ms >= case.in_ms - within
    }
    assert {contact.visitor_id for contact in contacts(cases, others, within)} == expected


@given(stays, stays, st.integers(0, 60 * MINUTE))
def test_a_meeting_is_the_same_from_both_sides(one: Stay, other: Stay, within: int):
    here, there = meeting_of(one, other, within), meeting_of(other, one, within)
    assert (here is None) == (there is None)
    if here is not None and there is not None and one.in_ms != other.in_ms:
        told = [
            (met.overlap_ms, met.apart_ms, met.is_close, met.is_assumed, met.at_ms) for met in (here, there)
        ]
        assert told[0] == told[1]
