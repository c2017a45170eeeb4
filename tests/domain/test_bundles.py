"""Trust bundles: read back exactly; forged, damaged, older or another entrance's are refused."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bundle import Bundle, opened_bundle, sealed_bundle
from domain.code import VerifyingKey
from domain.errors import TamperedError
from domain.facts_page import FactsPlace
from domain.log import Checkpoint, signed_checkpoint
from domain.note import LogKey, NoteKey, signed_note
from domain.venue import Entrance, VenueState
from tests.domain.bundle_examples import BUNDLE, KEY, NAME, SIGNING
from tests.domain.policy_examples import policies
from tests.domain.visitor_code_attack import private_key

NOTE = sealed_bundle(BUNDLE, NAME, SIGNING)


def refused(note: bytes, key: NoteKey = KEY, entrance: str = "e1", last_seq: int = 0) -> str:
    with pytest.raises(TamperedError) as refusal:
        opened_bundle(note, key, entrance, last_seq)
    assert refusal.value.sentence.zh
    return refusal.value.sentence.en


def resigned(**changed: object) -> bytes:
    value = json.loads(NOTE.decode().split("\n")[0])
    return signed_note(json.dumps({**value, **changed}) + "\n", NAME, SIGNING)


def _entrance(**changed: object) -> dict[str, object]:
    return {**json.loads(NOTE.decode().split("\n")[0])["entrance"], **changed}


_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
bundles = st.builds(
    Bundle,
    seq=st.integers(0, 2**53 - 1),
    issued_ms=st.integers(0, 2**42),
    entrance=st.builds(
        Entrance,
        st.just("e1"),
        _words,
        _words,
        _words,
        st.sampled_from(VenueState),
        st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "UTC"]),
    ),
    policy=policies,
    keys=st.lists(
        st.builds(
            VerifyingKey,
            st.binary(min_size=2, max_size=2),
            st.binary(min_size=32, max_size=32),
            st.integers(0, 2**32),
            st.integers(0, 2**32),
            st.sampled_from(["visitor", "gate"]),
        ),
        max_size=3,
    ).map(tuple),
    facts=st.builds(FactsPlace, _words, st.integers(0, 2**53 - 1)),
    log=st.lists(
        st.builds(
            LogKey,
            st.binary(min_size=32, max_size=32).map(lambda public: NoteKey("park.example/log", public)),
            st.integers(0, 2**32),
            st.integers(0, 2**32),
        ),
        max_size=3,
    ).map(tuple),
)


@given(bundles)
def test_a_bundle_is_read_back_exactly(bundle: Bundle):
    assert opened_bundle(sealed_bundle(bundle, NAME, SIGNING), KEY, "e1", bundle.seq) == bundle


def test_the_example_is_read_back_with_its_types():
    again = opened_bundle(NOTE, KEY, "e1", 12)
    assert again == BUNDLE
    assert type(again.entrance.venue_state) is VenueState


def test_a_bundle_of_an_older_server_tells_no_key_of_the_log():
    value = json.loads(NOTE.decode().split("\n")[0])
    del value["log"]
    note = signed_note(json.dumps(value) + "\n", NAME, SIGNING)
    assert opened_bundle(note, KEY, "e1", 0).log == ()


def test_a_bundle_with_a_damaged_key_of_the_log_is_refused():
    refused(resigned(log=[{"key": "park.example/log+00000000+AAAA", "nbf": 0, "exp": 9}]))
    refused(resigned(log=[{"key": NOTE.decode(), "nbf": 0}]))


def test_equal_bundles_have_equal_bytes():
    assert sealed_bundle(replace(BUNDLE), NAME, SIGNING) == NOTE


def test_no_byte_of_a_bundle_can_be_changed_at_any_place():
    for at, byte in enumerate(NOTE):
        refused(NOTE[:at] + bytes([byte ^ 1 << at % 8]) + NOTE[at + 1 :])


def test_a_bundle_that_was_cut_off_is_refused_at_any_length():
    for length in range(0, len(NOTE), 7):
        refused(NOTE[:length])


def test_a_bundle_by_another_key_or_name_is_refused():
    stranger = private_key("stranger")
    refused(sealed_bundle(BUNDLE, NAME, stranger))
    refused(sealed_bundle(BUNDLE, "other.example/bundle", SIGNING))
    refused(NOTE, NoteKey(NAME, stranger.public_key().public_bytes_raw()))


def test_a_bundle_is_never_older_than_the_last():
    assert "older" in refused(NOTE, last_seq=13)
    assert opened_bundle(NOTE, KEY, "e1", 12)
    assert opened_bundle(NOTE, KEY, "e1", 0)


def test_the_bundle_of_another_entrance_is_refused():
    assert "another entrance" in refused(NOTE, entrance="e2")
    assert "another entrance" in refused(NOTE, entrance="")


def test_another_note_of_the_same_key_is_no_bundle():
    refused(signed_checkpoint(Checkpoint(NAME, 12, bytes(32)), SIGNING))
    for text in (
        "\n",
        "{}\n",
        "[]\n",
        "null\n",
        "5\n",
        '"v"\n',
        "not json\n",
        "{" * 2_000 + "\n",
        "[" * 200_000 + "\n",
    ):
        refused(signed_note(text, NAME, SIGNING))


@pytest.mark.parametrize(
    "changed",
    [
        {"v": 1},
        {"v": None},
        {"seq": None},
        {"seq": "twelve"},
        {"entrance": None},
        {"entrance": {"id": "e1"}},
        *(
            {"entrance": _entrance(time_zone=zone)}
            for zone in ("Mars/Phobos", "", "Asia", "../etc/passwd", None, 8)
        ),
        {"entrance": _entrance(venue_state="?")},
        {"entrance": _entrance(colour="red")},
        {"policy": None},
        {"policy": {"capacity": "many"}},
        {"policy": {"unheard_of": 1}},
        {"keys": None},
        {"keys": [{}]},
        {"keys": [{"kid": "zz", "x": "", "nbf": 0, "exp": 0, "scope": ""}]},
        {"keys": [{"kid": "a1b2", "x": "?", "nbf": 0, "exp": 0, "scope": ""}]},
        {"facts": None},
        {"facts": {}},
        {"facts": {"epoch": 5, "seq": 1}},
        {"facts": {"epoch": "a", "seq": "1"}},
        {"facts": {"epoch": "a", "seq": True}},
        {"facts": {"epoch": "a", "seq": -1}},
    ],
    ids=lambda changed: ascii(changed)[:60],
)
def test_a_signed_bundle_that_we_cannot_read_is_refused_and_not_half_read(changed: dict[str, object]):
    assert "cannot be read" in refused(resigned(**changed))


def test_a_signed_bundle_that_we_can_read_is_taken():
    assert opened_bundle(resigned(), KEY, "e1", 0) == BUNDLE
    assert opened_bundle(resigned(seq=13), KEY, "e1", 13).seq == 13
