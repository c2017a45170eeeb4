"""Signed notes: opened only by their key, and refused when any byte of them is another."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import TamperedError
from domain.note import NoteKey, note_key, opened_note, signed_note
from tests.domain.visitor_code_attack import private_key

SIGNING = private_key("note")
NAME = "park.example/log/1"
KEY = NoteKey(NAME, SIGNING.public_key().public_bytes_raw())
TEXT = "park.example/log/1\n8\n4pHc…访客\n"
NOTE = signed_note(TEXT, NAME, SIGNING)

lines = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30)
texts = st.lists(lines, min_size=1, max_size=5).map(lambda parts: "\n".join(parts) + "\n")


def refused(note: bytes, key: NoteKey = KEY) -> None:
    with pytest.raises(TamperedError) as refusal:
        opened_note(note, key)
    assert refusal.value.sentence.zh


@given(texts)
def test_a_note_opens_to_the_text_that_was_signed(text: str):
    assert opened_note(signed_note(text, NAME, SIGNING), KEY) == text


def test_a_note_has_the_form_of_c2sp():
    text, empty, line = NOTE.decode().rpartition("\n\n")
    assert text + "\n" == TEXT
    assert empty
    dash, name, signature = line.rstrip("\n").split(" ")
    assert (dash, name) == ("—", NAME)
    raw = base64.b64decode(signature)
    assert len(raw) == 4 + 64
    expected = hashlib.sha256(NAME.encode() + b"\n\x01" + KEY.public).digest()[:4]
    assert raw[:4] == expected == KEY.key_hash
    SIGNING.public_key().verify(raw[4:], TEXT.encode())


def test_the_example_key_of_go_sumdb_is_read_and_written():
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    key = note_key(text)
    assert key.name == "PeterNeumann"
    assert key.text == text


def test_the_example_note_of_go_sumdb_opens():
    key = note_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    note = f"{text}\n— PeterNeumann {signature}\n".encode()
    assert opened_note(note, key) == text
    refused(note.replace(b"answer", b"Answer"), key)


def test_no_byte_of_a_note_can_be_changed_at_any_place():
    for at, byte in enumerate(NOTE):
        for other in {byte ^ 1 << bit for bit in range(8)} | set(b"\0\t\n\x0b\x0c\r\x1c\x1d\x1e =AB/+"):
            if other != byte:
                refused(NOTE[:at] + bytes([other]) + NOTE[at + 1 :])


def test_no_byte_of_a_note_can_be_removed_or_doubled():
    for at in range(len(NOTE)):
        refused(NOTE[:at] + NOTE[at + 1 :])
        refused(NOTE[:at])
        refused(NOTE[at + 1 :])
        refused(NOTE[: at + 1] + NOTE[at:])


@pytest.mark.parametrize(
    "more", [b"\n", b" ", b"\r", b"junk", b"\xe2\x80\xa8", b"\xc2\x85", b"\0", b"- x AAAA\n"]
)
def test_nothing_may_stand_behind_the_signatures(more: bytes):
    refused(NOTE + more)


def test_another_signer_beside_ours_is_let_be():
    other = signed_note(TEXT, "witness.example", private_key("stranger")).decode()
    line = other.rpartition("\n\n")[2]
    both = NOTE + line.encode()
    assert opened_note(both, KEY) == TEXT
    first = NOTE.decode().rpartition("\n\n")
    assert opened_note(f"{first[0]}\n\n{line}{first[2]}".encode(), KEY) == TEXT


def test_another_key_or_name_does_not_open_it():
    stranger = private_key("stranger")
    refused(NOTE, NoteKey(NAME, stranger.public_key().public_bytes_raw()))
    refused(NOTE, NoteKey("park.example/log/2", KEY.public))
    refused(NOTE, NoteKey("", KEY.public))
    refused(signed_note(TEXT, NAME, stranger))


def test_the_right_key_hash_does_not_stand_for_the_right_signature():
    wrong = private_key("stranger").sign(TEXT.encode())
    line = base64.b64encode(KEY.key_hash + wrong).decode()
    refused(f"{TEXT}\n— {NAME} {line}\n".encode())


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\n",
        b"\n\n",
        TEXT.encode(),
        b"\xff" + NOTE,
        b"\xef\xbb\xbf" + NOTE,
        NOTE.replace(b"\n", b"\r\n"),
    ],
)
def test_what_is_no_note_is_refused(note: bytes):
    refused(note)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_without_another_error(note: bytes):
    refused(note)
    refused(TEXT.encode() + b"\n" + note)


@pytest.mark.parametrize("text", ["", "no newline", "a\n\nb\n", "\n\n", "a\n\n"])
def test_a_text_that_could_be_read_in_two_ways_is_not_signed(text: str):
    with pytest.raises(ValueError, match="newline"):
        signed_note(text, NAME, SIGNING)


@pytest.mark.parametrize("name", ["", "a b", "a\nb", "a+b", "a\u3000b", "a\tb"])
def test_a_name_that_could_be_read_in_two_ways_does_not_sign(name: str):
    with pytest.raises(ValueError, match="name"):
        signed_note(TEXT, name, SIGNING)


@given(st.from_regex(r"[a-z0-9./\-]{1,40}", fullmatch=True), st.binary(min_size=32, max_size=32))
def test_a_key_is_read_back_from_its_text(name: str, seed: bytes):
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    key = NoteKey(name, public)
    assert note_key(key.text) == key
    assert note_key(f" {key.text}\n") == key


def test_no_letter_of_a_keys_text_can_be_changed_or_lost():
    text = KEY.text
    for at, letter in enumerate(text):
        for damaged in (
            text[:at] + text[at + 1 :],
            text[:at] + ("A" if letter != "A" else "B") + text[at + 1 :],
        ):
            with pytest.raises(TamperedError):
                note_key(damaged)


@pytest.mark.parametrize("more", ["=", "==", "===="])
def test_a_keys_text_takes_no_further_padding(more: str):
    with pytest.raises(TamperedError):
        note_key(KEY.text + more)


@pytest.mark.parametrize("text", ["", "+", "++", "a+b", "a+b+c", "a+00000000+", "é+1+2", "+c74f20a3+ARpc"])
def test_what_is_no_key_is_refused(text: str):
    with pytest.raises(TamperedError):
        note_key(text)
