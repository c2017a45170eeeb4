"""A test of a print begins and ends by the staff's hand, or by itself, and says what the frames show."""

from __future__ import annotations

from typing import Any

import pytest

from domain.venue import poster_url
from domain.wording import Sentence
from kiosk.print_test.report import HARDLY_READ, NOTHING_SEEN, SheetReport
from kiosk.print_test.session import MOST_MS, UNASKED_MS, SheetTest
from kiosk.print_test.text_kind import TextKind, kind_of
from reader.inspection.inspecting import inspected_shown
from reader.inspection.verdict import Inspected
from tests.kiosk.prints import held_up, nobody

HOST = "park.example"
TEXT = poster_url(f"https://{HOST}", bytes(16))


class Hand:
    """A clock that the test moves, and a sheet test by it."""

    def __init__(self) -> None:
        self.now_ms = 5_000
        self.sheets = SheetTest(lambda: self.now_ms, self._kind)

    def _kind(self, text: str | None) -> TextKind:
        return kind_of(text, HOST, (), 0)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture(scope="module")
def good() -> Inspected:
    shown = inspected_shown(held_up(TEXT))
    assert shown is not None
    return shown


def code(hand: Hand, width_mm: float | None = None) -> SheetReport:
    told = hand.sheets.report(width_mm)
    assert isinstance(told, SheetReport)
    return told


def test_it_runs_from_begin_to_end(hand: Hand) -> None:
    assert not hand.sheets.running
    hand.sheets.begin()
    assert hand.sheets.running
    hand.sheets.end()
    assert not hand.sheets.running
    assert not hand.sheets.keep()


def test_it_ends_by_itself_when_nobody_looks(hand: Hand) -> None:
    hand.sheets.begin()
    hand.now_ms += UNASKED_MS
    assert not hand.sheets.running


def test_it_ends_after_three_minutes_however_often_it_is_kept(hand: Hand) -> None:
    hand.sheets.begin()
    kept = 0
    while hand.sheets.keep():
        hand.now_ms += UNASKED_MS - 1
        kept += 1
    assert kept == -(-MOST_MS // (UNASKED_MS - 1))
    hand.sheets.begin()
    assert hand.sheets.running


def test_a_good_print_of_this_site_passes_with_its_measures(hand: Hand, good: Inspected) -> None:
    hand.sheets.begin()
    hand.sheets.saw([TEXT], good)
    told = code(hand)
    assert (told.passes, told.changes) == (True, ())
    values = {one.name.en: one.value.en for one in told.measures}
    assert values["Pixels a module"] == "7.0 (at least 5)"
    assert values["Quiet zone"] == "4 of 4 modules"
    assert values["Error correction"] == "Q, version 4, 33 modules"
    assert values["Is read from"] == "1.4 × the distance it has now"
    assert all(one.is_good for one in told.measures)


def test_a_measured_width_gives_metres(hand: Hand, good: Inspected) -> None:
    hand.sheets.begin()
    hand.sheets.saw([TEXT], good)
    assert code(hand, 99).measures[-1].value == Sentence(
        "phone 0.90 m, kiosk 0.66 m", "手机 0.90 米，终端 0.66 米"
    )
    tiny = code(hand, 10)
    assert not tiny.passes
    assert "should be 0.40 mm" in tiny.changes[0].en


@pytest.mark.parametrize(
    ("print_", "said"),
    [
        ({"quiet": 2}, "Only 2 modules"),
        ({"module": 3}, "3.0 pixels wide"),
        ({"ink": 175}, "The contrast is"),
        ({"level": "L"}, "error correction is L"),
    ],
    ids=["quiet zone", "pixels", "contrast", "level"],
)
def test_what_is_wrong_with_a_print_is_said_and_marked(hand: Hand, print_: dict[str, Any], said: str) -> None:
    hand.sheets.begin()
    hand.sheets.saw([TEXT], inspected_shown(held_up(TEXT, **print_)))
    told = code(hand)
    assert not told.passes
    assert any(said in change.en for change in told.changes)
    assert [one for one in told.measures if not one.is_good]


def test_a_good_print_of_another_site_does_not_pass(hand: Hand) -> None:
    shown = inspected_shown(held_up(poster_url("https://evil.example", bytes(16))))
    hand.sheets.begin()
    hand.sheets.saw(["X"], shown)
    assert (code(hand).changes, code(hand).passes) == ((), False)


def test_the_report_stays_through_a_blur_and_goes_with_the_sheet(hand: Hand, good: Inspected) -> None:
    hand.sheets.begin()
    assert hand.sheets.report(None) == NOTHING_SEEN
    hand.sheets.saw([TEXT], good)
    hand.now_ms += 200
    hand.sheets.saw([TEXT], None)
    assert code(hand).passes
    hand.now_ms += 2_000
    assert hand.sheets.report(None) == NOTHING_SEEN
    hand.sheets.saw([TEXT], None)
    assert hand.sheets.report(None) == HARDLY_READ


def test_a_new_test_begins_without_the_last_sheet(hand: Hand, good: Inspected) -> None:
    hand.sheets.begin()
    hand.sheets.saw([TEXT], good)
    hand.sheets.end()
    hand.sheets.begin()
    assert hand.sheets.report(None) == NOTHING_SEEN


def test_a_sheet_that_is_still_being_taken_down_is_no_visitor(hand: Hand) -> None:
    hand.sheets.begin()
    hand.sheets.saw([TEXT], None)
    hand.sheets.end()
    for _ in range(5):
        hand.now_ms += 1_500
        assert hand.sheets.of_visitors([TEXT, "another"]) == ["another"]
    hand.now_ms += 2_000
    assert hand.sheets.of_visitors([TEXT]) == [TEXT]


def test_a_frame_without_a_code_shows_nothing_to_measure() -> None:
    assert inspected_shown(nobody()) is None
