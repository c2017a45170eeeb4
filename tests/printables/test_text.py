"""Text made printable, wrapped and fitted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printables import typeface
from printables.fonts import Face, default_face
from printables.look import Style
from printables.text import fit, printable, wrap

FACE = default_face()
NAMES = st.text(st.characters(codec="utf-8") | st.sampled_from("云杉科技园，。（）A b-"), max_size=80)
STYLE = Style(12, 3)


@pytest.mark.parametrize(
    ("written", "printed", "replaced"),
    [
        ("云杉\u0000科技\u0007园\u200b", "云杉科技园", ()),
        ("  South\t\n\u3000 gate ", "South gate", ()),
        ("园😀区", "园□区", ("😀",)),
        ("👨‍👩‍👧 family", "□ family", ("👨👩👧",)),
        ("👍🏽", "□", ("👍🏽",)),
        ("שלום", "□□□□", ("ש", "ל", "ו", "ם")),
        ("e\u0301 q\u0308", "é □", ("q\u0308",)),
        ("𪛖野家", "□野家", ("𪛖",)),
        ("★\ufe0f", "★", ()),
        ("half \ud83d", "half □", ("\ud83d",)),
        ("\u3164\u2800", "□□", ("\u3164", "\u2800")),
        ("O’Brien", "O'Brien", ()),
        ("\u202egnitnirp\u202c", "gnitnirp", ()),
    ],
)
def test_what_cannot_be_drawn_is_replaced_visibly_and_named(
    written: str, printed: str, replaced: tuple[str, ...], face: Face
) -> None:
    result = printable(written, face)

    expected = tuple(
        cluster for cluster in replaced if not typeface.has_glyph(face, cluster[0]) or cluster[1:]
    )
    assert (result.text, result.replaced) == (printed, expected)


def test_a_character_is_named_once_however_often_it_is_replaced(face: Face) -> None:
    assert printable("😀😀😀", face).replaced == ("😀",)


@given(NAMES)
def test_everything_printable_has_a_glyph_with_ink(name: str) -> None:
    shown = printable(name, FACE).text

    assert all(typeface.has_glyph(FACE, character) for character in shown)
    assert shown == " ".join(shown.split())


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
