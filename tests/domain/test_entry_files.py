"""A file of entries opens for the server of the kiosk that sealed it, whole or not at all (S14, S15)."""

from __future__ import annotations

import hashlib
import hmac
import json
import zlib

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
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


def _packed_by_the_kiosk(packed: bytes) -> bytes:
    head = SEALED.partition(b"\n")[0] + b"\n"
    key = hmac.new(KEY, b"entries in a file", hashlib.sha256).digest()
    return head + bytes(NONCE_BYTES) + AESGCM(key).encrypt(bytes(NONCE_BYTES), packed, head)


_TOLD = {"v": 1, "made_ms": 5, "entries": ["{}"], "gaps": []}


def test_the_file_is_read_by_what_the_format_says() -> None:
    """The line of the kiosk, 12 bytes of nonce, AES-256-GCM under HMAC-SHA-256 of the credential's hash."""
    written = _packed_by_the_kiosk(zlib.compress(json.dumps(_TOLD).encode()))
    assert opened_file(written, KEY) == EntryFile("b5pbydp6fjjgh6mn", 5, (b"{}",))


@pytest.mark.parametrize(
    "told",
    [
        *([], None, "x", {}, {**_TOLD, "v": 2}, {**_TOLD, "v": True}),
        *({**_TOLD, "made_ms": odd} for odd in (None, "5", 5.5, True, -1, float("inf"), float("nan"), 2**53)),
        *({**_TOLD, "entries": odd} for odd in (None, "ab", {"a": 1}, [5], [None], [["a"]], ["\ud800"])),
        *({**_TOLD, "gaps": odd} for odd in (None, "ab", {"a": 1}, [5], [["ab"]], [None])),
    ],
    ids=ascii,
)  # fmt: skip
def test_what_the_kiosk_itself_sealed_in_another_form_is_refused(told: object) -> None:
    with pytest.raises(TamperedError):
        opened_file(_packed_by_the_kiosk(zlib.compress(json.dumps(told).encode())), KEY)


@pytest.mark.parametrize("packed", [b"", b"x", zlib.compress(b"{}")[:-1], zlib.compress(b"\xff"), b"[" * 9])
def test_what_the_kiosk_itself_packed_wrongly_is_refused(packed: bytes) -> None:
    with pytest.raises(TamperedError):
        opened_file(_packed_by_the_kiosk(packed), KEY)


def test_a_file_that_was_just_sealed_opens() -> None:
    for content in (CONTENT, EntryFile("a", 0, ()), EntryFile("K" * 64, 2**53 - 1, (b"{}",) * 3)):
        raw = sealed_file(content, KEY, b"n" * NONCE_BYTES)
        head, _, rest = raw.partition(b"\n")
        assert (head, rest[:NONCE_BYTES]) == (b"CPX1 " + content.kiosk_id.encode(), b"n" * NONCE_BYTES)
        assert (kiosk_of(raw), opened_file(raw, KEY)) == (content.kiosk_id, content)


def test_what_is_inside_a_file_is_what_the_format_says() -> None:
    raw = sealed_file(CONTENT, KEY, bytes(NONCE_BYTES))
    head, _, rest = raw.partition(b"\n")
    key = hmac.new(KEY, b"entries in a file", hashlib.sha256).digest()
    packed = AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], head + b"\n")
    assert json.loads(zlib.decompress(packed)) == {
        "v": 1,
        "made_ms": CONTENT.made_ms,
        "entries": [body.decode() for body in CONTENT.bodies],
        "gaps": [dict(gap) for gap in CONTENT.gaps],
    }


@pytest.mark.parametrize(
    "head", [b"CPX1 ", b"CPX2 abc", b"XCPX1 abc", b"CPX1 a-b", b"CPX1 a b", "CPX1 é".encode()]
)
def test_a_first_line_that_names_no_kiosk_is_refused(head: bytes) -> None:
    with pytest.raises(InputError):
        kiosk_of(head + b"\n" + bytes(40))


def test_a_kiosks_name_has_at_most_64_letters() -> None:
    assert kiosk_of(b"CPX1 " + b"a" * 64 + b"\n") == "a" * 64
    with pytest.raises(InputError):
        kiosk_of(b"CPX1 " + b"a" * 65 + b"\n")


def test_a_file_that_unpacks_to_more_than_can_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few bytes may stand for gigabytes: no more is unpacked than a kiosk can have."""
    many = _packed_by_the_kiosk(zlib.compress(json.dumps({**_TOLD, "entries": ["{}"] * 5_000}).encode()))
    assert len(opened_file(many, KEY).bodies) == 5_000
    monkeypatch.setattr("domain.entry_file._OPENED_MOST", 20_000)
    with pytest.raises(TamperedError):
        opened_file(many, KEY)
