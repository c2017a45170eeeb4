"""The form of a page of visitors: its names, its places, and pages that lead nowhere."""

from __future__ import annotations

import json

import pytest

from domain.errors import TamperedError
from domain.facts_page import FactsPage, FactsPlace, opened_page, place_from_json, place_json, sealed_page
from tests.domain.bundle_examples import KEY, NAME, SIGNING
from tests.domain.facts_page_examples import PAGE


def test_the_first_and_the_last_place_of_a_stream_are_read():
    page = FactsPage("park-1", 0, 2**53 - 1, 2**53 - 1)
    assert opened_page(sealed_page(page, NAME, SIGNING), KEY) == page
    whole = FactsPage("", 0, 1, 1, PAGE.lines, ("p7",))
    assert opened_page(sealed_page(whole, NAME, SIGNING), KEY) == whole


def test_a_line_is_this_json():
    """Kiosks in the field read these names (docs/formats.md)."""
    assert json.loads(PAGE.lines[0]) == {
        "id": "p1", "class": "courier", "holds": [["red", None, "Call the office\nat once \u2028"]],
        "shown": "李**", "number": "BD5F6G7H",
        "credentials": [["核酸", None, None, True], ["permit", 1, 2, False]],
        "areas": [["110105", 5], ["310000", 6]], "codes": ["00" * 16],
        "revoked": [["ff" * 16, 1_800_000_000]],
    }  # fmt: skip


def test_a_place_is_read_as_it_was_written():
    for place in (FactsPlace(), FactsPlace("park-1", 2**53 - 1)):
        assert place_from_json(place_json(place)) == place
    assert place_json(FactsPlace("park-1", 7)) == {"epoch": "park-1", "seq": 7}


@pytest.mark.parametrize("seq", [-1, 2**53, None, "7", 7.0, True])
def test_what_is_no_place_is_refused(seq: object):
    with pytest.raises((TypeError, ValueError), match=r"place|whole"):
        place_from_json({"epoch": "park-1", "seq": seq})


@pytest.mark.parametrize(
    "page",
    [
        FactsPage("park-1", 9, 9, 12),
        FactsPage("park-1", 9, 9, 9, PAGE.lines),
        FactsPage("park-1", 9, 9, 9, (), ("p7",)),
        FactsPage("park-1", 9, 8, 9),
        FactsPage("park-1", 9, 10, 9),
        FactsPage("park-1", -1, 10, 10),
    ],
    ids=[
        "stops short",
        "says who for nothing",
        "forgets for nothing",
        "goes back",
        "goes beyond",
        "from before",
    ],
)
def test_a_page_that_leads_nowhere_is_refused(page: FactsPage):
    with pytest.raises(TamperedError, match="cannot be read"):
        opened_page(sealed_page(page, NAME, SIGNING), KEY)
