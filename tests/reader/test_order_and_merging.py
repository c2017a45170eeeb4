from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.found import Box, Corners, Reading
from reader.merging import joined, merged, nearest_first
from reader.reading import Effort, read

Picture = NDArray[np.uint8]


def square(x: int, y: int, side: int) -> Corners:
    return (x, y), (x + side, y), (x + side, y + side), (x, y + side)


def reading(text: str | None, corners: Corners, by: str = "zxing") -> Reading:
    return Reading(text, (text or "").encode(), corners, (by,))


squares = st.builds(square, st.integers(0, 900), st.integers(0, 600), st.integers(1, 300))


def test_the_same_text_in_the_same_place_is_one_symbol_with_both_readers() -> None:
    one = reading("A", square(100, 100, 80))
    other = reading("A", square(104, 97, 78), "pyzbar")
    assert merged((one,), (other,)) == (Reading("A", b"A", one.corners, ("zxing", "pyzbar")),)


def test_the_same_text_in_two_places_is_two_symbols() -> None:
    one, other = reading("A", square(0, 0, 50)), reading("A", square(200, 0, 50))
    assert merged((one,), (other,)) == (one, other)


def test_another_guess_of_the_text_in_the_same_place_is_dropped() -> None:
    right = reading("日本", square(0, 0, 50))
    guess = reading("ё÷", square(1, 1, 50), "pyzbar")
    assert merged((right,), (guess,)) == (right,)


def test_a_small_code_inside_a_large_one_stays_its_own_symbol() -> None:
    outer, inner = reading("OUT", square(0, 0, 216)), reading("IN", square(96, 96, 64))
    assert merged((outer,), (inner,)) == (outer, inner)


@given(st.lists(st.builds(reading, st.sampled_from("AB"), squares), max_size=6))
def test_merging_twice_changes_nothing_more(readings: list[Reading]) -> None:
    once = merged(tuple(readings))
    assert merged(once) == once
    assert {r.text for r in once} <= {r.text for r in readings}
    assert bool(once) == bool(readings)


@given(squares, squares)
def test_shared_area_is_symmetric_and_full_only_for_the_same_place(a: Corners, b: Corners) -> None:
    one, other = Box.around(a), Box.around(b)
    assert one.shared_with(other) == other.shared_with(one)
    assert 0.0 <= one.shared_with(other) <= 1.0
    assert (one.shared_with(other) == 1.0) == (one == other)


def test_of_two_equal_codes_the_nearer_to_the_centre_comes_first() -> None:
    far, near = reading("FAR", square(10, 300, 100)), reading("NEAR", square(700, 300, 100))
    assert nearest_first((far, near), (720, 1280)) == (near, far)


def test_of_two_codes_equally_far_the_larger_comes_first() -> None:
    small, large = reading("S", square(320, 340, 40)), reading("L", square(860, 300, 120))
    assert nearest_first((small, large), (720, 1280)) == (large, small)


boxes = st.lists(st.builds(Box.around, squares), max_size=8)


@given(boxes)
def test_joined_places_lie_apart_largest_first_and_hold_every_place(places: list[Box]) -> None:
    whole = joined(tuple(places))
    assert [box.area for box in whole] == sorted((box.area for box in whole), reverse=True)
    for number, box in enumerate(whole):
        assert all(box.shared_with(other) == 0 for other in whole[number + 1 :])
    for place in places:
        assert any(box.joined_with(place) == box for box in whole)


def test_twenty_codes_in_view_are_all_read_with_the_middle_one_first(
    drawn: Callable[..., Picture],
    table: Picture,
    lay: Callable[[Picture, Picture, int, int], None],
) -> None:
    for row in range(4):
        for column in range(5):
            lay(table, drawn(f"CP1:{row}{column}"), 60 + column * 240, 30 + row * 175)
    found = read(table, effort=Effort.LIVE)
    assert {r.text for r in found} == {f"CP1:{row}{column}" for row in range(4) for column in range(5)}
    assert found[0].text in {"CP1:12", "CP1:22"}
