"""Every rule of the linter, broken one at a time on a print that was perfect."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from printables.checks import contrast_ratio, luminance
from printables.drawing import Drawing, Item, Line, Rect, SymbolAt, Text
from printables.findings import FindingCode, PrintRefused
from printables.kinds.poster import PosterContent, poster
from printables.linter import lint, release
from printables.symbol import qr
from reader.inspection.findings import Flaw


@pytest.fixture(scope="module")
def perfect(poster_content: PosterContent) -> Drawing:
    return poster(poster_content)


def codes(drawing: Drawing) -> set[FindingCode]:
    findings = lint(drawing)
    assert all(finding.sentence.en and finding.sentence.zh for finding in findings)
    return {finding.code for finding in findings}


def with_item(drawing: Drawing, item: Item) -> Drawing:
    return replace(drawing, items=(*drawing.items, item))


def with_symbol(drawing: Drawing, **change: Any) -> Drawing:
    (placed,) = drawing.symbols
    changed = replace(placed, **change)
    return replace(drawing, items=tuple(changed if item is placed else item for item in drawing.items))


def test_a_perfect_print_is_released_as_it_is(perfect: Drawing) -> None:
    assert lint(perfect) == ()
    assert release(perfect) is perfect


def corner_of(perfect: Drawing) -> tuple[float, float]:
    (placed,) = perfect.symbols
    return placed.x + 1, placed.y + 1


@pytest.mark.parametrize("kind", ["text", "line", "area"])
def test_anything_in_the_quiet_zone_is_found(kind: str, perfect: Drawing) -> None:
    x, y = corner_of(perfect)
    intruders: dict[str, Item] = {
        "text": Text("x", x, y + 3, 3, "#111827"),
        "line": Line(x, y, x + 2, y, 0.2, "#111827"),
        "area": Rect(x, y, 2, 2, "#1d4ed8"),
    }

    assert codes(with_item(perfect, intruders[kind])) == {Flaw.QUIET_ZONE}


def test_a_white_ground_in_the_quiet_zone_is_harmless(perfect: Drawing) -> None:
    x, y = corner_of(perfect)
    ground = Rect(x, y, 100, 100, "#FFFFFF")

    assert lint(replace(perfect, items=(ground, *perfect.items))) == ()


def test_pale_and_inverted_codes_are_found(perfect: Drawing) -> None:
    assert Flaw.CONTRAST in codes(with_symbol(perfect, dark="#c0c0c0"))
    assert Flaw.CONTRAST in codes(with_symbol(perfect, dark="#ffffff", light="#000000"))


def test_modules_too_small_for_their_distance_are_found(perfect: Drawing) -> None:
    # A phone a metre away needs 2 × 1000 / 600 mm.
    assert codes(with_symbol(perfect, module=3.34)) == set()
    assert codes(with_symbol(perfect, module=3.32)) == {Flaw.MODULE_TOO_SMALL}


def test_a_level_below_what_the_use_asks_is_found(perfect: Drawing) -> None:
    (placed,) = perfect.symbols

    assert codes(with_symbol(perfect, symbol=qr(placed.symbol.text, "M"))) == {Flaw.LEVEL_TOO_LOW}
    assert Flaw.LEVEL_TOO_LOW not in codes(with_symbol(perfect, symbol=qr("HTTPS://A.CN", "H")))


@pytest.mark.parametrize("place", [(-1.0, 290.0), (209.0, 290.0), (100.0, 2.0), (100.0, 297.0)])
def test_text_beyond_an_edge_of_the_page_is_found(place: tuple[float, float], perfect: Drawing) -> None:
    assert codes(with_item(perfect, Text("边缘", *place, 4, "#111827"))) == {FindingCode.OUTSIDE_PAGE}


def test_overlapping_lines_of_text_are_found(perfect: Drawing) -> None:
    last = perfect.texts[-1]
    shifted = replace(last, y=last.y + last.size / 2)

    assert codes(with_item(perfect, shifted)) == {FindingCode.OVERLAP}


def test_pale_text_is_found_on_paper_and_on_an_area(perfect: Drawing) -> None:
    text = Text("说明", 155, 100, 4, "#ffffff")
    area = Rect(150, 90, 30, 15, "#1d4ed8")

    assert codes(with_item(perfect, text)) == {FindingCode.TEXT_CONTRAST}
    assert codes(with_item(with_item(perfect, area), text)) == set()


def test_a_code_that_says_something_else_is_not_read_back(perfect: Drawing) -> None:
    (placed,) = perfect.symbols
    lying = replace(placed.symbol, text=placed.symbol.text[:-1] + "A")

    assert codes(with_symbol(perfect, symbol=lying)) == {Flaw.NOT_READ_BACK}


def test_a_damaged_code_is_not_read_back(perfect: Drawing) -> None:
    (placed,) = perfect.symbols
    blank = (False,) * placed.symbol.size
    damaged = replace(placed.symbol, modules=(*placed.symbol.modules[:16], *(blank,) * 17))

    assert codes(with_symbol(perfect, symbol=damaged)) == {Flaw.NOT_READ_BACK}


def test_two_codes_that_touch_are_found(perfect: Drawing) -> None:
    (placed,) = perfect.symbols
    second = replace(placed, x=placed.x + 50)

    assert Flaw.QUIET_ZONE in codes(with_item(perfect, second))


def test_a_failing_print_is_refused_with_all_its_findings(perfect: Drawing) -> None:
    x, y = corner_of(perfect)
    broken = with_symbol(with_item(perfect, Rect(x, y, 2, 2, "#1d4ed8")), module=1.0)

    with pytest.raises(PrintRefused) as refused:
        release(broken)

    found = {finding.code for finding in refused.value.findings}
    assert {Flaw.MODULE_TOO_SMALL, Flaw.QUIET_ZONE} <= found
    assert refused.value.sentence == refused.value.findings[0].sentence


def test_replaced_characters_are_said_but_do_not_stop_a_print(poster_content: PosterContent) -> None:
    drawing = release(poster(replace(poster_content, venue_name="云杉😀园")))

    (finding,) = drawing.findings
    assert (finding.code, finding.fails) == (FindingCode.CHARACTERS_REPLACED, False)
    assert "U+1F600" in finding.sentence.en
    assert "U+1F600" in finding.sentence.zh
    assert "场所名称" in finding.sentence.zh
    assert "云杉□园" in [text.text for text in drawing.texts]


def test_luminance_and_contrast_are_those_of_wcag() -> None:
    assert luminance("#000000") == 0
    assert luminance("#ffffff") == pytest.approx(1)
    assert contrast_ratio("#ffffff", "#000000") == pytest.approx(21)
    assert contrast_ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_symbol_reaching_beyond_the_page_is_found(perfect: Drawing) -> None:
    (placed,) = perfect.symbols
    assert isinstance(placed, SymbolAt)

    assert FindingCode.OUTSIDE_PAGE in codes(with_symbol(perfect, x=-20.0))
