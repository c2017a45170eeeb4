"""Text wrapped and fitted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printables import typeface
from printables.characters import printable
from printables.fonts import Face, default_face
from printables.look import Style
from printables.text import fit, wrap

FACE = default_face()
NAMES = st.text(st.characters(codec="utf-8") | st.sampled_from("云杉科技园，。（）A b-"), max_size=80)
STYLE = Style(12, 3)


@given(NAMES, st.floats(1.5, 30))
def test_no_line_is_wider_than_asked_and_no_character_is_lost(name: str, width: float) -> None:
    shown = printable(name, FACE).text
    lines = wrap(shown, FACE, width)

    assert all(typeface.width(FACE, line) <= width + 1e-6 for line in lines)
    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")


def test_chinese_breaks_anywhere_and_english_at_spaces(face: Face) -> None:
    assert wrap("云杉科技园区", face, 2.5) == ("云杉", "科技", "园区")
    assert wrap("Spruce Science Park", face, 5) == ("Spruce", "Science", "Park")


def test_punctuation_neither_begins_nor_ends_a_line_where_it_must_not(face: Face) -> None:
    assert wrap("云杉科，技园", face, 3.1) == ("云杉", "科，技", "园")
    assert wrap("云杉（科技）园", face, 3.1) == ("云杉", "（科", "技）园")


def test_a_word_wider_than_its_line_is_broken(face: Face) -> None:
    lines = wrap("W" * 30, face, 5)

    assert "".join(lines) == "W" * 30
    assert len(lines) > 1


@given(NAMES, st.floats(15, 170), st.floats(5, 80))
def test_a_fitted_text_stays_in_its_box_and_is_whole_unless_marked(
    name: str, width: float, height: float
) -> None:
    shown = printable(name, FACE).text
    block = fit(shown, FACE, STYLE, width, height)

    assert STYLE.least - 1e-9 <= block.size <= STYLE.most + 1e-9
    assert len(block.lines) * block.size * STYLE.leading <= height + 1e-6
    assert all(typeface.width(FACE, line) * block.size <= width + 1e-6 for line in block.lines)
    printed = "".join(block.lines).replace(" ", "").replace("·", "")
    if block.cut:
        assert printed.endswith("…")
    elif not any(separator in shown for separator in "·/|—–-"):
        assert printed == shown.replace(" ", "")


def test_a_name_in_two_scripts_gets_a_line_for_each_when_one_is_not_enough(face: Face) -> None:
    name = "云杉科技园 · Spruce Science Park"

    assert fit(name, face, STYLE, 170, 40).lines == ("云杉科技园", "Spruce Science Park")
    assert fit(name, face, STYLE, 400, 40).lines == (name,)


@pytest.mark.parametrize("name", ["云杉科技园 B2", "Spruce 云杉 Science Park", "云 A 杉 Science Park"])
def test_a_name_that_only_mixes_scripts_stays_one(name: str, face: Face) -> None:
    lines = fit(name, face, STYLE, 70, 40).lines

    assert "".join(lines).replace(" ", "") == name.replace(" ", "")
    assert lines[0] not in ("云杉科技园", "云")


def test_a_long_word_makes_the_text_smaller_rather_than_be_broken(face: Face) -> None:
    block = fit("Maximilian Featherstone", face, Style(6, 2), 34, 10)

    assert block.lines == ("Maximilian", "Featherstone")


def test_lines_of_one_text_are_of_similar_length(face: Face) -> None:
    block = fit("上海市浦东新区云杉科技园区综合服务中心", face, STYLE, 170, 40)

    assert {len(line) for line in block.lines} <= {9, 10}


def test_ten_thousand_characters_are_cut_and_marked(face: Face) -> None:
    block = fit("云" * 10_000, face, STYLE, 170, 40)

    assert block.cut
    assert block.lines[-1].endswith("…")
    assert block.size == STYLE.least


def test_an_empty_text_has_no_lines(face: Face) -> None:
    assert fit("", face, STYLE, 10, 10).lines == ()
