"""How long data is kept: the nearest node decides, areas bound it, and a promise that was made is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.keeping import (
    DAY_MS,
    DEFAULT_DAYS,
    SMALLEST,
    Kept,
    Node,
    NodeKind,
    Purpose,
    Rule,
    due_before,
    erased_at,
    kept_for,
    may_stand,
)

VENUE, FIRM = Node(NodeKind.VENUE, "v"), Node(NodeKind.ENTERPRISE, "e")
STREET, TOP = Node(NodeKind.AREA, "street"), Node(NodeKind.AREA, "top")
CHAIN = (VENUE, FIRM, STREET, TOP)
NOW = 20_000 * DAY_MS + 12 * 3_600_000


def rule(node: Node, days: int | None, most: int | None = None, since_ms: int = 1) -> Rule:
    return Rule(node, Purpose.PASSAGES, days, most, since_ms)


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        ((), Kept(DEFAULT_DAYS)),
        ((rule(TOP, 60),), Kept(60, TOP)),
        ((rule(TOP, 60), rule(FIRM, 14)), Kept(14, FIRM)),
        ((rule(FIRM, 14), rule(VENUE, 90)), Kept(90, VENUE)),
        ((rule(VENUE, 90), rule(STREET, None, 30)), Kept(30, STREET, is_bounded=True)),
        ((rule(VENUE, 90), rule(STREET, None, 30), rule(TOP, 40, 7)), Kept(7, TOP, is_bounded=True)),
        ((rule(TOP, None, 7),), Kept(7, TOP, is_bounded=True)),
        ((rule(VENUE, 10), rule(VENUE, None, since_ms=2)), Kept(DEFAULT_DAYS)),
        ((rule(Node(NodeKind.VENUE, "another"), 3),), Kept(DEFAULT_DAYS)),
        ((Rule(VENUE, Purpose.ROLL_CALLS, 3, None, 1),), Kept(DEFAULT_DAYS)),
    ],
)
def test_the_nearest_rule_decides_within_the_bounds_of_the_areas(rules: tuple[Rule, ...], kept: Kept) -> None:
    assert kept_for(CHAIN, rules, Purpose.PASSAGES) == kept


def test_a_shorter_rule_counts_at_once_for_all_that_is_there() -> None:
    before = due_before(CHAIN, (), Purpose.PASSAGES, NOW)
    assert before == (20_000 - 28) * DAY_MS
    now = due_before(CHAIN, (rule(VENUE, 7, since_ms=NOW - 1),), Purpose.PASSAGES, NOW)
    assert now == (20_000 - 7) * DAY_MS


def test_a_longer_rule_counts_only_for_what_comes_after_it() -> None:
    longer = (rule(VENUE, 60, since_ms=NOW - 10 * DAY_MS),)
    assert due_before(CHAIN, longer, Purpose.PASSAGES, NOW) == (20_000 - 28) * DAY_MS
    later = NOW + 20 * DAY_MS
    # All from before the rule is gone by now; from the day of the rule on it is kept.
    assert due_before(CHAIN, longer, Purpose.PASSAGES, later) == (20_000 - 10) * DAY_MS
    assert due_before(CHAIN, longer, Purpose.PASSAGES, NOW + 51 * DAY_MS) == (20_000 - 9) * DAY_MS


@given(
    st.lists(st.tuples(st.sampled_from(CHAIN), st.integers(1, 365), st.integers(1, 400)), max_size=6),
    st.integers(0, 400),
)
def test_nothing_is_kept_longer_than_the_rule_of_now_says(
    said: list[tuple[Node, int, int]], later_days: int
) -> None:
    rules = [rule(node, days, since_ms=NOW - ago * DAY_MS) for node, days, ago in said]
    now = NOW + later_days * DAY_MS
    days = kept_for(CHAIN, rules, Purpose.PASSAGES).days
    due = due_before(CHAIN, rules, Purpose.PASSAGES, now)
    assert due % DAY_MS == 0
    assert due > now - (days + 1) * DAY_MS
    assert due <= due_before(CHAIN, rules, Purpose.PASSAGES, now + DAY_MS)


def test_the_day_of_erasing_is_the_first_on_which_it_is_due() -> None:
    for days in (1, 7, 28):
        at = erased_at(NOW, days)
        assert due_before(CHAIN, (rule(VENUE, days),), Purpose.PASSAGES, at) > NOW
        assert due_before(CHAIN, (rule(VENUE, days),), Purpose.PASSAGES, at - 1) <= NOW


def test_every_purpose_has_a_place_where_it_may_be_set() -> None:
    assert set(SMALLEST) == set(Purpose)
    assert may_stand(Purpose.PASSAGES, NodeKind.VENUE)
    assert not may_stand(Purpose.VISITORS, NodeKind.VENUE)
    assert not may_stand(Purpose.QUESTIONS, NodeKind.ENTERPRISE)
    assert all(may_stand(purpose, NodeKind.AREA) for purpose in Purpose)


def test_of_equal_bounds_the_nearest_area_is_named_and_a_bound_that_is_no_shorter_says_nothing() -> None:
    both = (rule(TOP, None, 9), rule(STREET, None, 9))
    assert kept_for(CHAIN, both, Purpose.PASSAGES) == Kept(9, STREET, is_bounded=True)
    assert kept_for(CHAIN, (rule(VENUE, 9), *both), Purpose.PASSAGES) == Kept(9, VENUE)


def test_what_is_erased_is_told_by_the_rules_of_its_own_node_and_purpose() -> None:
    another = (
        Rule(Node(NodeKind.VENUE, "another"), Purpose.PASSAGES, 3, None, 1),
        Rule(VENUE, Purpose.ROLL_CALLS, 3, None, 1),
    )
    assert due_before(CHAIN, another, Purpose.PASSAGES, NOW) == (20_000 - DEFAULT_DAYS) * DAY_MS


def test_what_was_collected_before_the_first_rule_is_kept_by_the_default() -> None:
    longer = (rule(VENUE, 90, since_ms=NOW - 5 * DAY_MS),)
    assert due_before(CHAIN, longer, Purpose.PASSAGES, NOW) == (20_000 - DEFAULT_DAYS) * DAY_MS
    young = due_before(CHAIN, (rule(VENUE, 90, since_ms=NOW - 40 * DAY_MS),), Purpose.PASSAGES, NOW)
    assert young == (20_000 - 40) * DAY_MS


def test_in_the_first_days_of_the_epoch_nothing_is_due() -> None:
    assert due_before(CHAIN, (), Purpose.PASSAGES, DAY_MS) == 0
