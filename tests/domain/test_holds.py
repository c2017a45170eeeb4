"""Holds: those that are not over, red before yellow, else in the order in which they were set."""

from __future__ import annotations

from domain.hold import Hold, HoldLevel, in_force

NOW = 1_795_000_000_000
RED, YELLOW = HoldLevel.RED, HoldLevel.YELLOW


def test_a_hold_is_over_at_its_end_and_one_without_an_end_never():
    ends = [Hold(RED, NOW - 1), Hold(RED, NOW), Hold(RED, NOW + 1), Hold(RED, None)]
    assert in_force(tuple(ends), NOW) == (Hold(RED, NOW + 1), Hold(RED, None))
    assert in_force((), NOW) == ()


def test_red_holds_come_first_and_the_order_within_a_colour_stays():
    holds = (Hold(YELLOW, None, "1"), Hold(RED, None, "2"), Hold(YELLOW, None, "3"), Hold(RED, None, "4"))
    assert [hold.instruction for hold in in_force(holds, NOW)] == ["2", "4", "1", "3"]
