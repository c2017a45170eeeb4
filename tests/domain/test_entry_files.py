"""A file of entries opens for the server of the kiosk that sealed it, whole or not at all (S14, S15)."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.entry_file import NONCE_BYTES, EntryFile, kiosk_of, opened_file, sealed_file
from domain.errors import InputError, TamperedError

KEY = hashlib.sha256(b"the kiosk's credential").digest()
CONTENT = EntryFile(
    "b5pbydp6fjjgh6mn", 1_795_140_000_000, (b'{"name":"Zhang Weiwei"}', "{\"name\":\"张伟\"}".encode()),
    ({"first": 3, "last": 4, "cause": "absent", "found_ms": 5},),
)  # fmt: skip
SEALED = sealed_file(CONTENT, KEY, bytes(NONCE_BYTES))


def test_it_opens_to_what_was_sealed() -> None:
    assert kiosk_of(SEALED) == CONTENT.kiosk_id
    assert opened_file(SEALED, KEY) == CONTENT


def test_nobody_else_reads_it() -> None:
    assert b"Weiwei" not in SEALED
    assert "张伟".encode() not in SEALED
    with pytest.raises(TamperedError):
        opened_file(SEALED, hashlib.sha256(b"another").digest())


@pytest.mark.parametrize("at", range(len(SEALED)))
def test_one_changed_byte_anywhere_opens_nothing(at: int) -> None:
    changed = SEALED[:at] + bytes([SEALED[at] ^ 1]) + SEALED[at + 1 :]
    with pytest.raises((TamperedError, InputError)):
        opened_file(changed, KEY)


@pytest.mark.parametrize("length", [0, 4, 10, 22, 30, len(SEALED) - 1])
def test_a_file_that_is_cut_opens_nothing(length: int) -> None:
    with pytest.raises((TamperedError, InputError)):
        opened_file(SEALED[:length], KEY)


@given(st.binary(max_size=300))
def test_any_other_bytes_are_no_such_file(raw: bytes) -> None:
    with pytest.raises((TamperedError, InputError)):
        opened_file(raw, KEY)
