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


def test_the_meetings_with_one_visitor_are_in_the_order_of_time():
    """Not in the order in which they were found, nor by the names of the stays."""
    early = B._replace(entry_id="z", in_ms=8 * HOUR, out_ms=8 * HOUR + MINUTE)
    late = B._replace(entry_id="y", in_ms=9 * HOUR, out_ms=9 * HOUR + MINUTE)
    twin = late._replace(entry_id="x")
    (found,) = contacts([A], [twin, late, early], 0)
    assert [met.other.entry_id for met in found.meetings] == ["z", "x", "y"]
    other_case = A._replace(entry_id="a0", in_ms=9 * HOUR - MINUTE, out_ms=9 * HOUR + MINUTE)
    (again,) = contacts([other_case, A], [late, early], 0)
    assert [met.at_ms for met in again.meetings] == [8 * HOUR, 9 * HOUR, 9 * HOUR]


def test_cases_named_against_the_order_of_time_are_all_looked_at():
    cases = [A._replace(entry_id=f"a{9 - n}", in_ms=n * HOUR, out_ms=n * HOUR + MINUTE) for n in range(9)]
    for n in range(9):
        (found,) = contacts(cases, [B._replace(in_ms=n * HOUR, out_ms=n * HOUR + MINUTE)], 0)
        assert [met.first.in_ms for met in found.meetings] == [n * HOUR]


def test_the_door_of_an_entering_that_nobody_saw_is_not_close():
    """Who is known by their exit alone came in by a door that nobody knows."""
    assumed = B._replace(beginning="assumed", in_ms=A.in_ms, out_ms=9 * HOUR, out_entrance_id="south")
    met = meeting_of(A, assumed, 0)
    assert met is not None
    assert (met.is_close, met.is_assumed) == (False, True)


def test_the_door_of_an_exit_that_a_rule_wrote_is_not_close():
    guessed = A._replace(ending="rule")
    met = meeting_of(guessed, B._replace(in_ms=A.out_ms, out_ms=12 * HOUR), 0)
    assert met is not None
    assert not met.is_close


@pytest.mark.parametrize(
    ("begins", "ends"),
    [(8 * HOUR, 9 * HOUR), (10 * HOUR, 12 * HOUR), (7 * HOUR, 8 * HOUR), (7 * HOUR, 10 * HOUR)],
    ids=["both come", "one goes, one comes", "one comes, one goes", "both go"],
)
def test_any_two_passages_of_one_door_within_a_minute_are_close(begins: int, ends: int):
    for apart in (-MINUTE, 0, MINUTE):
        other = B._replace(in_ms=begins + apart, out_ms=ends + apart)
        met = meeting_of(A, other, MINUTE)
        assert met is not None
        assert met.is_close
        far = meeting_of(A, other._replace(entrance_id="south", out_entrance_id="east"), MINUTE)
        assert far is not None
        assert not far.is_close


@pytest.mark.parametrize("which", ["first", "other"])
def test_an_entering_that_nobody_saw_makes_the_meeting_an_assumption(which: str):
    later = B._replace(in_ms=9 * HOUR, out_ms=12 * HOUR)
    one, other = (
        (A._replace(beginning="assumed"), later)
        if which == "first"
        else (A, later._replace(beginning="assumed"))
    )
    met = meeting_of(one, other, 0)
    assert met is not None
    assert met.is_assumed


def test_a_contact_sums_up_its_meetings():
    seen = B._replace(entrance_id="south", out_entrance_id="south", in_ms=9 * HOUR, out_ms=9 * HOUR + MINUTE)
    beside = B._replace(
        entry_id="b2", in_ms=8 * HOUR, out_ms=8 * HOUR + 5 * MINUTE, beginning="scanned", ending="rule"
    )
    (both,) = contacts([A], [seen, beside], 0)
    assert (both.overlap_ms, both.is_close, both.is_assumed) == (6 * MINUTE, True, False)
    (guessed,) = contacts([A], [beside._replace(beginning="assumed")], 0)
    assert (guessed.overlap_ms, guessed.is_close, guessed.is_assumed) == (5 * MINUTE, False, True)
    (one,) = contacts([A], [seen], 0)
    assert (one.overlap_ms, one.is_close, one.is_assumed) == (MINUTE, False, False)
