"""Several prints on one sheet: where they lie, what is cut, and which sheets and grids there are."""

from __future__ import annotations

from itertools import combinations

import pytest

from domain.errors import InputError
from printables.drawing import Box, Drawing, Line, box_of
from printables.findings import PrintRefused
from printables.fonts import Face
from printables.kinds.kind import Look, drawn
from printables.kinds.label import venue_label
from printables.kinds.poster import POSTER
from printables.kinds.visitor_card import VISITOR_CARD
from printables.linter import release
from printables.sheets import GRID_EXAMPLE, LABEL_SHEETS, arranged, cut_sheet, label_sheet


@pytest.fixture(scope="module")
def card(face: Face) -> Drawing:
    return drawn(VISITOR_CARD, VISITOR_CARD.sample, Look(face=face))[0]


@pytest.mark.parametrize(
    ("name", "places", "size"),
    [
        ("L7160", 21, (63.5, 38.1)),
        ("l7163", 14, (99.1, 38.1)),
        ("L7165", 8, (99.1, 67.7)),
        ("22805", 24, (38.1, 38.1)),
    ],
)
def test_the_label_sheets_hold_what_their_makers_say(
    name: str, places: int, size: tuple[float, float], face: Face
) -> None:
    layout = label_sheet(name)
    assert layout is not None
    assert (len(layout.places), layout.tile) == (places, size)
    label = release(venue_label(POSTER.sample, *size, face=face))
    (sheet,) = arranged([label] * places, layout)

    assert len(sheet.symbols) == places
    # Labels lie in the middle of their sheet, as those of all four do.
    left = min(x for x, _ in layout.places)
    right = max(x for x, _ in layout.places) + size[0]
    assert left == pytest.approx(layout.page[0] - right, abs=0.5)
    assert release(sheet) is sheet


def test_margins_labels_and_gaps_of_every_label_sheet_add_up_to_its_paper() -> None:
    for name, layout in LABEL_SHEETS.items():
        for axis, count in ((0, layout.columns), (1, layout.rows)):
            used = 2 * layout.first[axis] + (count - 1) * layout.pitch[axis] + layout.tile[axis]
            assert used == pytest.approx(layout.page[axis], abs=0.001), (name, axis)


def test_the_american_sheet_is_the_published_one_in_inches() -> None:
    layout = LABEL_SHEETS["22805"]
    inches = [value / 25.4 for value in (*layout.tile, *layout.first, *layout.pitch)]
    assert inches == pytest.approx([1.5, 1.5, 0.78125, 0.5, 1.8125, 1.7])


def test_labels_neither_touch_nor_leave_the_sheet() -> None:
    for layout in LABEL_SHEETS.values():
        page = Box(0, 0, *layout.page)
        boxes = [Box(x, y, x + layout.tile[0], y + layout.tile[1]) for x, y in layout.places]
        assert all(box.within(page) for box in boxes)
        assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_any_grid_can_be_given_in_millimetres() -> None:
    layout = label_sheet(GRID_EXAMPLE)
    assert layout is not None
    assert (layout.columns, layout.rows, layout.first, layout.pitch) == (3, 7, (7.2, 15.1), (66.0, 38.1))
    centred = label_sheet("2x2:50x50/a3")
    assert centred is not None
    assert centred.first == (98.5, 160.0)


@pytest.mark.parametrize(
    "name",
    ["3x7:", "3x7:63.5", "0x7:60x30", "9x9:63.5x38.1", "3x7:60x30/B5", "3x7:6.0.0x30", "3x7:60x30@300,1"],
)
def test_a_grid_that_is_none_or_does_not_fit_is_refused(name: str) -> None:
    with pytest.raises(InputError) as refused:
        label_sheet(name)
    assert refused.value.field == "layout"
    assert refused.value.sentence.zh


def test_ten_cards_lie_on_a_sheet_and_are_cut_outside_of_them(card: Drawing, face: Face) -> None:
    layout = cut_sheet("a4", card.width, card.height)
    (sheet,) = arranged([card] * 10, layout)
    marks = [box_of(item, face) for item in sheet.items if isinstance(item, Line)]

    assert len(layout.places) == len(sheet.symbols) == 10
    assert len(marks) == 2 * (3 + 6)
    cards = Box(*layout.first, layout.page[0] - layout.first[0], layout.page[1] - layout.first[1])
    assert not any(mark.overlaps(cards) for mark in marks)
    assert release(sheet) is sheet


def test_four_small_posters_fill_a_sheet_and_are_cut_in_the_middle(face: Face) -> None:
    (poster,) = drawn(POSTER, POSTER.sample, Look(size="A6", face=face))
    (sheet,) = arranged([poster] * 4, cut_sheet("A4", poster.width, poster.height))

    assert (sheet.width, sheet.height) == (210, 297)
    assert any(
        isinstance(item, Line) and item.x1 == item.x2 == pytest.approx(105) and item.y1 < 148 < item.y2
        for item in sheet.items
    )
    assert len(release(sheet).symbols) == 4


def test_two_posters_lie_across_when_that_holds_more(face: Face) -> None:
    (poster,) = drawn(POSTER, POSTER.sample, Look(size="A5", face=face))

    assert cut_sheet("A4", poster.width, poster.height).page == (297, 210)


def test_backs_lie_behind_their_fronts_when_the_sheet_is_turned(card: Drawing) -> None:
    layout = cut_sheet("a4", card.width, card.height)
    (front,) = arranged([card], layout)
    (back,) = arranged([card], layout, mirrored=True)

    assert front.symbols[0].x + back.symbols[0].x == pytest.approx(2 * card.symbols[0].x + 85.6 + 2 * 19.4)


def test_sheets_are_made_one_by_one_and_the_last_is_as_full_as_it_gets(card: Drawing) -> None:
    layout = cut_sheet("a4", card.width, card.height)
    sheets = arranged((card for _ in range(23)), layout)

    assert [len(sheet.symbols) for sheet in sheets] == [10, 10, 3]


def test_what_does_not_fit_or_is_no_paper_is_refused(card: Drawing) -> None:
    for paper, width, height in (("a4", 200.0, 280.0), ("b5", 50.0, 50.0)):
        with pytest.raises(InputError):
            cut_sheet(paper, width, height)
    with pytest.raises(InputError, match="larger"):
        next(arranged([card], LABEL_SHEETS["L7160"]))


def test_a_label_too_small_for_its_code_or_of_no_size_is_refused(face: Face) -> None:
    with pytest.raises(PrintRefused, match="too small"):
        venue_label(POSTER.sample, 25, 25, face=face)
    for width, height in ((10, 50), (50, 500), (float("nan"), 50)):
        with pytest.raises(InputError, match="25 to 300"):
            venue_label(POSTER.sample, width, height, face=face)
