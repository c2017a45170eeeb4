"""Text made printable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printables import typeface
from printables.characters import printable
from printables.fonts import Face, default_face

FACE = default_face()
NAMES = st.text(max_size=80)


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
