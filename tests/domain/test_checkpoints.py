"""Checkpoints: opened only as what the log signed, whatever else its key signed."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import TamperedError
from domain.log import EMPTY_ROOT, Checkpoint, opened_checkpoint, signed_checkpoint
from domain.note import NoteKey, signed_note
from tests.domain.visitor_code_attack import private_key

ORIGIN = "park.example/log/1"
SIGNING = private_key("log")
KEY = NoteKey(ORIGIN, SIGNING.public_key().public_bytes_raw())
ROOT = bytes(range(32))
ROOT_LINE = base64.b64encode(ROOT).decode()
NOTE = signed_checkpoint(Checkpoint(ORIGIN, 1234, ROOT), SIGNING)


def refused(note: bytes, key: NoteKey = KEY) -> None:
    with pytest.raises(TamperedError):
        opened_checkpoint(note, key)


@given(st.integers(0, 2**63), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_back_exactly(size: int, root: bytes):
    checkpoint = Checkpoint(ORIGIN, size, root)
    assert opened_checkpoint(signed_checkpoint(checkpoint, SIGNING), KEY) == checkpoint


def test_the_signed_text_is_the_three_lines_of_c2sp():
    assert NOTE.startswith(f"{ORIGIN}\n1234\n{ROOT_LINE}\n\n— {ORIGIN} ".encode())


def test_no_byte_of_a_checkpoint_can_be_changed_at_any_place():
    for at, byte in enumerate(NOTE):
        for bit in range(8):
            refused(NOTE[:at] + bytes([byte ^ 1 << bit]) + NOTE[at + 1 :])


def test_the_empty_log_has_a_checkpoint():
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert opened_checkpoint(signed_checkpoint(empty, SIGNING), KEY) == empty


def test_a_log_of_another_origin_is_refused_though_its_key_is_the_same():
    other = Checkpoint("park.example/log/2", 1234, ROOT)
    refused(signed_checkpoint(other, SIGNING))
    refused(signed_note(other.text(), ORIGIN, SIGNING))


@pytest.mark.parametrize(
    "text",
    [
        "\n",
        f"{ORIGIN}\n",
        f"{ORIGIN}\n1234\n",
        '{"a rule bundle": 1}\n',
        f"{ORIGIN}\n-1\n{ROOT_LINE}\n",
        f"{ORIGIN}\n+1234\n{ROOT_LINE}\n",
        f"{ORIGIN}\n01234\n{ROOT_LINE}\n",
        f"{ORIGIN}\n1_234\n{ROOT_LINE}\n",
        f"{ORIGIN}\n 1234\n{ROOT_LINE}\n",
        f"{ORIGIN}\n１２３４\n{ROOT_LINE}\n",
        f"{ORIGIN}\n1e3\n{ROOT_LINE}\n",
        f"{ORIGIN}\n\u0661\n{ROOT_LINE}\n",
        f"{ORIGIN}\n1234\n{ROOT_LINE[:-1]}\n",
        f"{ORIGIN}\n1234\n {ROOT_LINE}\n",
        f"{ORIGIN}\n1234\n{base64.b64encode(bytes(31)).decode()}\n",
        f"{ORIGIN}\n1234\n{base64.b64encode(bytes(33)).decode()}\n",
        f"{ORIGIN}\n1234\n{ROOT_LINE[:-2]}9=\n",
        f"{ORIGIN}\n1234\n!!!!\n",
        f"{ORIGIN}\n{'9' * 5000}\n{ROOT_LINE}\n",
    ],
    ids=lambda text: ascii(text)[:60],
)
def test_what_the_key_signed_for_another_purpose_is_no_checkpoint(text: str):
    refused(signed_note(text, ORIGIN, SIGNING))


def test_lines_that_a_later_version_adds_are_let_be():
    text = f"{ORIGIN}\n1234\n{ROOT_LINE}\nextension\n"
    assert opened_checkpoint(signed_note(text, ORIGIN, SIGNING), KEY) == Checkpoint(ORIGIN, 1234, ROOT)


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint(ORIGIN, -1, ROOT),
        Checkpoint(ORIGIN, 1, ROOT[1:]),
        Checkpoint("a b", 1, ROOT),
        Checkpoint("a\nb", 1, ROOT),
    ],
    ids=str,
)
def test_a_checkpoint_that_could_not_be_read_back_is_not_signed(checkpoint: Checkpoint):
    with pytest.raises(ValueError, match=r"name|size|root"):
        signed_checkpoint(checkpoint, SIGNING)
