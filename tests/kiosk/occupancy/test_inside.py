"""Who is inside the venue, whatever the order in which its passages are heard of."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.venue import Direction
from kiosk.occupancy.inside import Arrival, Inside, Passage

IN, OUT = Direction.IN, Direction.OUT


def passage(number: int, whose: str, direction: Direction, at_ms: int, people: int = 1) -> Passage:
    return Passage(f"e{number}", whose, direction, at_ms, people)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_last_by_its_time_counts_and_not_the_last_that_was_heard(order: tuple[int, ...]):
    made = [
        passage(1, "wang", IN, 1, 3),
        passage(2, "wang", OUT, 2),
        passage(3, "wang", IN, 3, 2),
        passage(4, "li", IN, 4),
    ]
    inside = Inside()
    for place in order:
        inside.hear([Arrival(made[place])], 0)
    assert (inside.people, inside.holds("wang"), inside.holds("li")) == (3, True, True)


def test_what_this_gate_made_and_the_server_tells_again_counts_once():
    inside = Inside()
    inside.add(passage(1, "wang", IN, 5))
    inside.add(passage(2, "", IN, 6, 4))
    for _ in range(3):
        inside.hear([Arrival(passage(1, "wang", IN, 5)), Arrival(passage(2, "", IN, 6, 4))], 0)
    assert inside.people == 5


def test_the_server_knows_whose_code_it_was():
    inside = Inside()
    inside.add(passage(1, "00ff", IN, 5))
    inside.hear([Arrival(passage(1, "wang", IN, 5)), Arrival(passage(2, "wang", OUT, 9))], 0)
    assert (inside.people, inside.holds("00ff")) == (0, False)
    inside.add(passage(1, "00ff", IN, 5))
    assert inside.people == 0, "what the server knows is not unlearned from the spool"


def test_strangers_are_never_fewer_than_none():
    inside = Inside()
    inside.add(passage(1, "", OUT, 1, 5))
    inside.add(passage(2, "", IN, 2, 2))
    inside.add(passage(3, "wang", IN, 3))
    assert inside.people == 1


def test_what_was_taken_back_does_not_count_even_when_it_is_heard_of_later():
    inside = Inside()
    inside.hear([Arrival(None, "e1"), Arrival(passage(1, "wang", IN, 1))], 0)
    inside.add(passage(2, "li", IN, 2))
    inside.hear([Arrival(passage(3, "li", OUT, 4), "e2")], 0)
    assert inside.people == 0


def test_yesterday_does_not_count():
    inside = Inside()
    inside.hear([Arrival(passage(1, "wang", IN, 99)), Arrival(passage(2, "li", IN, 100))], 100)
    assert inside.people == 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "a", "b", "c"]), st.sampled_from([IN, OUT]), st.integers(0, 50),
            st.integers(1, 4),
        ),
        max_size=14,
    ),
    st.sets(st.integers(0, 13)),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_any_order_and_repetition_gives_the_count_by_definition(
    rows: list[tuple[str, Direction, int, int]], undone: set[int], chance: random.Random
):
    made = [passage(number, *row) for number, row in enumerate(rows)]
    told = [Arrival(one) for one in made] * 2 + [Arrival(None, f"e{number}") for number in undone]
    chance.shuffle(told)
    inside = Inside()
    for one in told:
        if one.passage is not None and chance.random() < 0.4:
            inside.add(one.passage)
        inside.hear([one], 0)
    left = [one for number, one in enumerate(made) if number not in undone]
    strange = sum(one.people if one.direction is IN else -one.people for one in left if not one.whose)
    known = 0
    for whose in "abc":
        theirs = sorted((one for one in left if one.whose == whose), key=lambda one: (one.at_ms, one.id))
        known += theirs[-1].people if theirs and theirs[-1].direction is IN else 0
    assert inside.people == known + max(0, strange)
