"""The enrolment text: read back as shown, in any case and with any line breaks, and refused when damaged."""

from __future__ import annotations

import base64
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enrolment import PREFIX, Enrolment, enrolment_text, parsed_enrolment
from domain.errors import InputError
from domain.note import NoteKey
from tests.domain.visitor_code_attack import private_key

KEY = NoteKey("park.example/bundle", private_key("bundle").public_key().public_bytes_raw())
ENROLMENT = Enrolment("https://park.example:8443", "q3Zr_9wXh-token", KEY)
TEXT = enrolment_text(ENROLMENT)


def refused(text: str) -> None:
    with pytest.raises(InputError, match="CPK1:") as refusal:
        parsed_enrolment(text)
    assert refusal.value.field == "enrolment"
    assert "CPK1:" in refusal.value.sentence.zh


_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(_words, _words)
def test_an_enrolment_is_read_back_exactly(server: str, token: str):
    enrolment = Enrolment(server, token, KEY)
    assert parsed_enrolment(enrolment_text(enrolment)) == enrolment


def test_the_text_stays_alphanumeric_for_the_qr_and_needs_no_quotes_in_a_shell():
    assert re.fullmatch(r"CPK1:[A-Z2-7]+", TEXT)
    assert len(TEXT) < 350


@pytest.mark.parametrize(
    "shown",
    [
        f"  {TEXT}\n",
        TEXT.lower(),
        TEXT.swapcase(),
        "\n".join(TEXT[n : n + 40] for n in range(0, len(TEXT), 40)),
        " ".join(TEXT),
        TEXT.replace(":", ": "),
    ],
)
def test_how_it_was_copied_does_not_matter(shown: str):
    assert parsed_enrolment(shown) == ENROLMENT


def test_a_text_that_was_cut_off_is_refused_at_any_length():
    for length in range(len(TEXT)):
        refused(TEXT[:length])


def test_a_wrong_symbol_is_refused_at_any_place():
    for at, symbol in enumerate(TEXT):
        for other in "AZ27018:=é":
            if other != symbol:
                refused(TEXT[:at] + other + TEXT[at + 1 :])


def test_a_missing_doubled_or_swapped_symbol_is_refused_at_any_place():
    for at in range(len(TEXT)):
        refused(TEXT[:at] + TEXT[at + 1 :])
        refused(TEXT[: at + 1] + TEXT[at:])
        if TEXT[at : at + 1] != TEXT[at + 1 : at + 2] and at + 1 < len(TEXT):
            refused(TEXT[:at] + TEXT[at + 1] + TEXT[at] + TEXT[at + 2 :])


def _packed(raw: bytes) -> str:
    return PREFIX + base64.b32encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"null",
        b"[]",
        b'"u"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"u":1}',
        json.dumps({"u": "https://x", "t": "x"}).encode(),
        json.dumps({"u": "https://x", "t": "x", "k": "a+b+c"}).encode(),
        json.dumps({"u": None, "t": None, "k": KEY.text}).encode(),
    ],
    ids=lambda raw: ascii(raw[:30]),
)
def test_what_was_packed_as_an_enrolment_but_is_none_is_refused(raw: bytes):
    refused(_packed(raw))


@given(st.text(max_size=80))
def test_any_other_text_is_refused(text: str):
    refused(text)
    refused(PREFIX + text)


@given(st.binary(max_size=200))
def test_any_other_bytes_are_refused(raw: bytes):
    refused(_packed(raw))


def test_a_text_that_ends_in_any_letter_is_read_back():
    ends = set()
    for n in range(300):
        enrolment = Enrolment("https://park.example", f"{n:03d}" + "t" * (n % 5), KEY)
        text = enrolment_text(enrolment)
        ends.add(text[-1])
        assert parsed_enrolment(text) == enrolment
    assert "X" in ends
