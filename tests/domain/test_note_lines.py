"""The lines of a signed note and of a key, as somebody else might write them (C2SP signed-note)."""

from __future__ import annotations

import base64
import hashlib

import pytest

from domain.errors import TamperedError
from domain.note import NoteKey, note_key, opened_note
from tests.domain.visitor_code_attack import private_key

SIGNING = private_key("note")
NAME = "park.example/log/1"
KEY = NoteKey(NAME, SIGNING.public_key().public_bytes_raw())


def line(raw: bytes, name: str = "other.example") -> str:
    return f"— {name} {base64.b64encode(raw).decode()}\n"


def note(text: str, *others: str) -> bytes:
    """A note that our key signed, with lines of others above ours."""
    ours = line(KEY.key_hash + SIGNING.sign(text.encode()), NAME)
    return f"{text}\n{''.join(others)}{ours}".encode()


def refused(raw: bytes) -> None:
    with pytest.raises(TamperedError):
        opened_note(raw, KEY)


def test_a_text_may_hold_an_empty_line_for_the_last_one_parts_it_from_its_signatures():
    assert opened_note(note("a\n\nb\n"), KEY) == "a\n\nb\n"


@pytest.mark.parametrize("control", ["\0", "\t", "\x0b", "\x0c", "\r", "\x1b", "\x1f"])
def test_no_control_character_passes_whoever_signed_it(control: str):
    refused(note(f"a{control}b\n"))
    refused(note("ab\n", line(bytes(8), f"other{control}")))


def test_a_line_of_somebody_else_is_the_hash_of_a_key_and_at_least_a_byte():
    assert opened_note(note("a\n", line(bytes(5)), line(bytes(300))), KEY) == "a\n"
    for raw in (b"", bytes(1), bytes(4)):
        refused(note("a\n", line(raw)))


@pytest.mark.parametrize(
    "other",
    [
        "- other.example AAAAAAA=\n", "— other.example\n", "—  AAAAAAA=\n", "— a b AAAAAAA=\n",
        "— a+b AAAAAAA=\n", "— other.example AAAAAAA=\r\n", "— other.example AAAAAAB=\n",
        "— other.example AAAAAAA\n", "\n", "— other.example AAAA-_A=\n",
    ],
    ids=ascii,
)  # fmt: skip
def test_what_is_no_line_of_a_signature_makes_it_no_note(other: str):
    refused(note("a\n", other))


def test_a_hundred_signatures_are_read_and_one_more_is_not():
    assert opened_note(note("a\n", *[line(bytes(5))] * 99), KEY) == "a\n"
    refused(note("a\n", *[line(bytes(5))] * 100))


def test_of_two_lines_of_our_name_the_first_with_our_hash_counts():
    wrong = line(KEY.key_hash + bytes(64), NAME)
    refused(note("a\n", wrong))
    assert opened_note(note("a\n", line(b"abcd" + bytes(64), NAME)), KEY) == "a\n"


def written(name: str, raw: bytes) -> str:
    hashed = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex()
    return f"{name}+{hashed}+{base64.b64encode(raw).decode()}"


def test_the_text_of_a_key_is_name_hash_and_public_key():
    assert KEY.text == written(NAME, b"\x01" + KEY.public)
    assert note_key(written(NAME, b"\x01" + KEY.public)) == KEY


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        (NAME, b"\x01" + KEY.public + b"\0"),
        (NAME, b"\x01" + KEY.public[1:]),
        (NAME, b"\x02" + KEY.public),
        (NAME, b""),
        ("", b"\x01" + KEY.public),
        ("a b", b"\x01" + KEY.public),
        ("a\u3000b", b"\x01" + KEY.public),
    ],
    ids=["longer", "shorter", "another kind", "nothing", "no name", "space", "wide space"],
)
def test_a_key_whose_hash_fits_but_whose_form_does_not_is_refused(name: str, raw: bytes):
    with pytest.raises(TamperedError):
        note_key(written(name, raw))


def test_a_public_key_that_is_none_signs_nothing():
    for public in (b"", bytes(31), bytes(33)):
        other = NoteKey(NAME, public)
        raw = f"a\n\n{line(other.key_hash + bytes(64), NAME)}".encode()
        with pytest.raises(TamperedError):
            opened_note(raw, other)
