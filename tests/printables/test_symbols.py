"""QR codes: their sizes, their bits and their outlines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import segno
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from domain.errors import InputError
from printables.kinds.poster import PosterContent
from printables.kinds.visitor_card import CardContent
from printables.symbol import LEVELS, Symbol, outlines, packed, qr


def test_a_venue_code_is_version_4_on_posters_and_3_on_phones(poster_content: PosterContent) -> None:
    # 59 characters fit these only in alphanumeric mode; as bytes they need 5-Q.
    assert (qr(poster_content.url, "Q").version, qr(poster_content.url, "M").version) == (4, 3)
    assert qr(poster_content.url.lower(), "Q").version == 5


def test_a_signed_visitor_code_is_version_7(card_content: CardContent) -> None:
    symbol = qr(card_content.code, "M")

    assert (symbol.version, symbol.size, symbol.level) == (7, 45, "M")


def test_the_level_is_what_was_asked_even_when_a_better_one_would_fit() -> None:
    assert [qr("A", level).level for level in "LMQH"] == ["L", "M", "Q", "H"]
    assert qr("A", "L").modules != qr("A", "H").modules


def test_a_short_text_is_never_a_micro_code() -> None:
    assert qr("1", "L").size == 21


def test_a_mask_can_be_chosen_and_changes_the_modules() -> None:
    assert len({qr("HTTPS://A.EXAMPLE", "Q", mask).modules for mask in range(8)}) == 8


def test_chinese_in_a_code_is_read_as_it_was_written(
    texts_read: Callable[[Image.Image], dict[str, list[str | None]]],
) -> None:
    symbol = qr("云杉科技园南门", "M")
    rows = [bytes(0 if module else 255 for module in row) for row in symbol.modules]
    modules = Image.frombytes("L", (symbol.size, symbol.size), b"".join(rows))
    picture = Image.new("L", ((symbol.size + 8) * 6,) * 2, 255)
    picture.paste(modules.resize((symbol.size * 6,) * 2, Image.Resampling.NEAREST), (24, 24))

    assert set(map(tuple, texts_read(picture).values())) == {("云杉科技园南门",)}


@pytest.mark.parametrize("text", ["", "A" * 5000, "half \ud83d"], ids=["empty", "long", "surrogate"])
def test_a_text_that_no_code_can_hold_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InputError) as refused:
        qr(text, "Q")

    assert refused.value.field == "code"
    assert refused.value.sentence.zh


def test_an_unknown_level_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="level"):
        qr("A", "X")


def grid(size: int) -> st.SearchStrategy[tuple[tuple[bool, ...], ...]]:
    row = st.lists(st.booleans(), min_size=size, max_size=size).map(tuple)
    return st.lists(row, min_size=size, max_size=size).map(tuple)


grids = st.integers(1, 9).flatmap(grid)


@given(grids)
def test_packed_bits_unpack_to_the_same_modules(modules: tuple[tuple[bool, ...], ...]) -> None:
    symbol = Symbol("", "M", 1, modules)
    data, size = packed(symbol), len(modules)

    def bit(row: int, column: int) -> bool:
        at = row * size + column
        return bool(data[at // 8] >> (7 - at % 8) & 1)

    assert len(data) == -(-size * size // 8)
    assert modules == tuple(tuple(bit(row, column) for column in range(size)) for row in range(size))


@given(grids)
def test_outlines_filled_even_odd_are_exactly_the_dark_modules(
    modules: tuple[tuple[bool, ...], ...],
) -> None:
    loops = outlines(Symbol("", "M", 1, modules))

    def inside(row: int, column: int) -> bool:
        """Whether a ray from the module's centre to the left crosses an odd number of borders."""
        crossings = 0
        for loop in loops:
            for (x, y), (x_next, y_next) in zip(loop, (*loop[1:], loop[0]), strict=True):
                crossings += x == x_next <= column and min(y, y_next) <= row < max(y, y_next)
        return crossings % 2 == 1

    size = range(len(modules))
    assert modules == tuple(tuple(inside(row, column) for column in size) for row in size)


@given(grids)
def test_outlines_turn_at_every_corner(modules: tuple[tuple[bool, ...], ...]) -> None:
    for loop in outlines(Symbol("", "M", 1, modules)):
        for before, at, after in zip((loop[-1], *loop[:-1]), loop, (*loop[1:], loop[0]), strict=True):
            assert (before[0] == at[0]) != (at[0] == after[0])


ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@given(st.one_of(st.text(ALPHANUMERIC, min_size=1, max_size=400), st.text(min_size=1, max_size=120)))
@example("HTTPS://CHECKIN.SPRUCE.EXAMPLE/V/CI5XYQNE6DLJHUZ2WVTM4GKA7R")
@settings(max_examples=60, deadline=None)
def test_the_mask_is_the_one_that_the_encoder_would_choose_module_by_module(text: str) -> None:
    for level in LEVELS:
        plain = text.isascii()
        chosen = segno.make(
            text,
            error=level,
            mode=None if plain else "byte",
            encoding=None if plain else "utf-8",
            eci=not plain,
            micro=False,
            boost_error=False,
        )
        assert [list(row) for row in qr(text, level).modules] == [list(row) for row in chosen.matrix]
