"""Pages of visitors: read back exactly; forged, damaged or put in another order they are nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bundle import Bundle, sealed_bundle
from domain.credential import Credential
from domain.errors import TamperedError
from domain.facts import VisitorFacts
from domain.facts_page import (
    FactsPage,
    KnownVisitor,
    known_visitor,
    line_of,
    opened_page,
    sealed_page,
)
from domain.hold import Hold, HoldLevel
from domain.note import NoteKey, signed_note
from domain.policy import Policy
from domain.venue import Entrance
from domain.visitor import VisitorClass
from tests.domain.bundle_examples import KEY, NAME, SIGNING
from tests.domain.facts_page_examples import PAGE, PEOPLE
from tests.domain.visitor_code_attack import private_key

NOTE = sealed_page(PAGE, NAME, SIGNING)

_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_ms = st.integers(0, 2**53 - 1)
_ctis = st.binary(min_size=16, max_size=16)
visitors = st.builds(
    KnownVisitor,
    st.builds(
        VisitorFacts,
        _words,
        st.sampled_from(VisitorClass),
        st.lists(st.builds(Hold, st.sampled_from(HoldLevel), st.none() | _ms, _words), max_size=2).map(tuple),
        st.lists(
            st.builds(Credential, _words, st.none() | _ms, st.none() | _ms, st.booleans()), max_size=2
        ).map(tuple),
        st.lists(st.tuples(_words, _ms), max_size=2).map(tuple),
        _words,
        _words,
        _words,
    ),
    st.lists(_ctis, max_size=2).map(tuple),
    st.lists(st.tuples(_ctis, _ms), max_size=2).map(tuple),
)


def refused(note: bytes, key: NoteKey = KEY) -> str:
    with pytest.raises(TamperedError) as refusal:
        opened_page(note, key)
    assert refusal.value.sentence.zh
    return refusal.value.sentence.en


def resigned(*lines: object, **changed: object) -> bytes:
    head = json.loads(NOTE.decode().split("\n")[0])
    text = "\n".join(json.dumps(line) for line in ({**head, **changed}, *lines))
    return signed_note(text + "\n", NAME, SIGNING)


@given(st.lists(visitors, max_size=3), st.lists(_words, max_size=3), _words)
def test_a_page_is_read_back_exactly(known: list[KnownVisitor], gone: list[str], epoch: str):
    page = FactsPage(epoch, 1, 2, 3, tuple(line_of(one) for one in known), tuple(gone))
    again = opened_page(sealed_page(page, NAME, SIGNING), KEY)
    assert again == page
    assert list(again.visitors()) == known


def test_equal_pages_have_equal_bytes_and_the_example_its_types():
    assert sealed_page(PAGE, NAME, SIGNING) == NOTE
    again = opened_page(NOTE, KEY)
    assert tuple(again.visitors()) == PEOPLE
    assert [type(known.facts.visitor_class) for known in again.visitors()] == [VisitorClass, VisitorClass]


def test_no_byte_of_a_page_can_be_changed_at_any_place():
    for at, byte in enumerate(NOTE):
        refused(NOTE[:at] + bytes([byte ^ 1 << at % 8]) + NOTE[at + 1 :])


def test_a_page_that_was_cut_off_is_refused_at_any_length():
    for length in range(len(NOTE)):
        refused(NOTE[:length])


def test_lines_that_change_places_go_or_come_twice_are_refused():
    head, *rest = NOTE.decode().split("\n")
    one, two, *tail = rest
    for lines in ((two, one), (one,), (one, one, two), ()):
        refused("\n".join((head, *lines, *tail)).encode())


def test_a_page_by_another_key_or_name_is_refused():
    refused(sealed_page(PAGE, NAME, private_key("stranger")))
    refused(sealed_page(PAGE, "other.example/bundle", SIGNING))


def test_a_bundle_of_the_same_key_is_no_page_and_no_page_a_bundle():
    entrance = Entrance("e1", "North", "v1", "Park")
    refused(sealed_bundle(Bundle(1, 1, entrance, Policy()), NAME, SIGNING))
    for text in ("\n", "{}\n", "[]\n", "null\n", "5\n", "not json\n", "[" * 200_000 + "\n"):
        refused(signed_note(text, NAME, SIGNING))


@pytest.mark.parametrize(
    "changed",
    [
        {"v": 2},
        {"visitors": 1},
        {"visitors": 2},
        {"epoch": None},
        {"after": None},
        {"after": "3"},
        {"after": True},
        {"after": -1},
        {"after": 10},
        {"upto": 13},
        {"newest": 2**53},
        {"gone": None},
        {"gone": "p1"},
        {"gone": [5]},
        {"after": 9},
        {"after": 9, "newest": 9},
    ],
    ids=ascii,
)
def test_a_signed_head_that_we_cannot_read_or_that_leads_nowhere_is_refused(changed: dict[str, object]):
    assert "cannot be read" in refused(resigned(**{"visitors": 0, **changed}))


def test_an_empty_page_says_that_nothing_changed_for_this_gate():
    page = opened_page(resigned(visitors=0, gone=[], upto=12), KEY)
    assert (page.after, page.upto, page.lines, page.gone) == (3, 12, (), ())
    assert opened_page(resigned(visitors=0, gone=[], after=12, upto=12), KEY).upto == 12


@pytest.mark.parametrize(
    "changed",
    [
        {"id": None},
        {"class": "vip"},
        {"holds": [["green", None, ""]]},
        {"shown": "\ud800"},
        {"holds": [["red", "soon", ""]]},
        {"holds": [["red", 1.5, ""]]},
        {"holds": [["red", None, None]]},
        {"credentials": [[]]},
        {"credentials": [[None, None, None, True]]},
        {"credentials": [["permit", "long ago", None, True]]},
        {"credentials": [["permit", None, True, True]]},
        {"credentials": [["permit", None, None, "yes"]]},
        {"credentials": [["permit", None, 2**53, True]]},
        {"credentials": [["permit", -(2**53), None, True]]},
        {"credentials": [["permit", None, None, True, ["v1"]]]},
        {"areas": ["x"]},
        {"areas": [[110105, 5]]},
        {"areas": [["110105", "5"]]},
        {"codes": ["00"]},
        {"codes": [5]},
        {"revoked": [["00" * 16]]},
        {"revoked": [["00" * 16, "soon"]]},
        {"shown": None},
    ],
    ids=ascii,
)
def test_a_line_that_is_no_visitor_is_refused_when_it_is_read(changed: dict[str, object]):
    line = json.dumps({**json.loads(PAGE.lines[0]), **changed}).encode()
    with pytest.raises(TamperedError):
        known_visitor(line)


def test_a_page_holds_no_more_of_a_person_than_the_mask():
    assert set(json.loads(PAGE.lines[0])) == {
        "id", "class", "holds", "shown", "number", "credentials", "areas", "codes", "revoked",
    }  # fmt: skip
