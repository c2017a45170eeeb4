"""What all meetings with one visitor come to, and with several records of one person."""

from __future__ import annotations

from domain.contact import Met, Stay, closest_first, contacts, joined
from tests.domain.contact_summed import summed

MINUTE = 60_000
HOUR = 60 * MINUTE
A = Stay("a1", "a", "hall", "north", 8 * HOUR, 10 * HOUR, "north", "scanned", "scanned")
B = Stay("b1", "b", "hall", "south", 9 * HOUR, 9 * HOUR + 5 * MINUTE, "south", "scanned", "scanned")


def test_the_meetings_of_a_contact_are_summed_up():
    after = B._replace(entry_id="b2", in_ms=10 * HOUR + 7 * MINUTE, out_ms=11 * HOUR, beginning="assumed")
    (found,) = contacts([A], [after, B], HOUR)
    assert summed(found) == Met("b", 2, 5 * MINUTE, 0, False, False)
    (late,) = contacts([A], [after], HOUR)
    assert summed(late) == Met("b", 1, 0, 7 * MINUTE, False, True)


def test_several_records_of_one_person_are_one():
    one = Met("b", 2, 5 * MINUTE, 3, False, True)
    other = Met("c", 1, MINUTE, 2, True, False)
    for some in ([one, other], [other, one]):
        assert joined("p", some) == Met("p", 3, 6 * MINUTE, 2, True, False)
    assert joined("p", [one, one]) == Met("p", 4, 10 * MINUTE, 3, False, True)


def test_who_stood_close_comes_first_then_who_was_there_longest():
    close = Met("z", 1, MINUTE, 0, True, False)
    long = Met("y", 1, HOUR, 0, False, False)
    twin = long._replace(visitor_id="x")
    short = Met("a", 9, MINUTE, 0, False, False)
    assert sorted([short, long, twin, close], key=closest_first) == [close, twin, long, short]


def test_both_ends_of_a_stay_were_seen_or_not():
    for beginning, ending, seen in (
        *(("scanned", "scanned", True), ("scanned", "swept", True), ("scanned", "rule", False)),
        *(("scanned", "", False), ("assumed", "scanned", False), ("assumed", "", False)),
    ):
        assert A._replace(beginning=beginning, ending=ending).is_seen is seen, (beginning, ending)


def test_minutes_apart_count_on_both_sides_of_a_stay():
    for begins, ends in ((7 * HOUR, 8 * HOUR - 5 * MINUTE), (10 * HOUR + 5 * MINUTE, 11 * HOUR)):
        near = B._replace(in_ms=begins, out_ms=ends)
        assert len(contacts([A], [near], 5 * MINUTE)) == 1
        assert contacts([A], [near], 5 * MINUTE - 1) == ()


def test_a_case_that_stayed_long_is_met_long_after_it_came():
    short = A._replace(entry_id="a2", in_ms=9 * HOUR, out_ms=9 * HOUR + 1)
    late = B._replace(in_ms=10 * HOUR, out_ms=11 * HOUR)
    (found,) = contacts([A, short], [late], 0)
    assert [met.first.entry_id for met in found.meetings] == ["a1"]
