"""Mutants of entries: as they travel, sealed for the server, and carried in a file."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain import entry_file
from domain.canonical import canonical_json
from domain.entry import Entry, uuid7
from domain.entry_file import EntryFile, opened_file, sealed_file
from domain.entry_wire import entry_from_json, entry_json
from domain.gap import Gap, gap_from_json, gap_json
from domain.sealed_entry import Counted, SealingKey, Session, is_sealed, opened
from tests.domain.entry_examples import ENTRY
from tests.mutation.changes import Draw, changed_bytes, changed_json, changed_text, nested_json
from tests.mutation.parser import Parser

_SERVER = X25519PrivateKey.from_private_bytes(bytes(range(32)))
_SECRETS = {"a1": _SERVER.private_bytes_raw()}
_SEALING = SealingKey("a1", _SERVER.public_key().public_bytes_raw())
_OTHER = replace(ENTRY, id=uuid7(1_795_262_400_001, bytes(10)), seq=8, corrects="", private=replace(
    ENTRY.private, name="韩梅梅", occupants=(), companions=0
))  # fmt: skip
_ENTRIES = [ENTRY, _OTHER]
_PLAIN = [canonical_json(entry_json(entry)) for entry in _ENTRIES]


def _value(raw: bytes) -> Any:
    """The JSON as a server reads a request, None where it is none."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _entry_mutant(draw: Draw) -> bytes:
    kind = draw.random()
    if kind < 0.7:
        return changed_json(draw.choice(_PLAIN), draw, _PLAIN)
    if kind < 0.71:
        return nested_json(draw.choice((10, 900, 100_000)), draw.choice(("clock", "private", "id")))
    return changed_text(draw.choice(_PLAIN), draw, _PLAIN)


def _is_right_entry(shown: bytes, read: Entry) -> bool:
    """One entry has one value: what was read says exactly what was shown."""
    return canonical_json(entry_json(read)) == canonical_json(_value(shown))


def _read_entry(shown: bytes) -> Entry | None:
    value = _value(shown)
    return None if value is None else entry_from_json(value)


ENTRIES = Parser(
    name="entry",
    share=4,
    originals=tuple(_PLAIN),
    mutant=_entry_mutant,
    read=_read_entry,
    is_right=_is_right_entry,
)

_SEALED = [
    Session(_SEALING, bytes([n]) * 32).body(entry, Counted(1), bytes([n]) * 12)
    for n, entry in enumerate(_ENTRIES, 1)
]
_BOUND = ("id", "device", "seq", "sealed")


def _read_sealed(shown: bytes) -> Entry | None:
    value = _value(shown)
    return entry_from_json(opened(value, _SECRETS.get)) if is_sealed(value) else None


def _is_right_sealed(shown: bytes, read: Entry) -> bool:
    """People's part comes out only as it went in, and only in the entry for which it was sealed."""
    value = _value(shown)
    return any(
        read.private == entry.private and all(value[name] == json.loads(good)[name] for name in _BOUND)
        for entry, good in zip(_ENTRIES, _SEALED, strict=True)
    )


SEALED_ENTRIES = Parser(
    name="sealed entry",
    share=4,
    originals=tuple(_SEALED),
    mutant=lambda draw: draw.choice((changed_json, changed_text))(draw.choice(_SEALED), draw, _SEALED),
    read=_read_sealed,
    is_right=_is_right_sealed,
)

_CREDENTIAL = hashlib.sha256(b"the kiosk's credential").digest()
_GAPS = ({"first": 3, "last": 4, "cause": "absent", "found_ms": 5},)
_CONTENTS = [EntryFile("b5pbydp6fjjgh6mn", 1_795_140_000_000, (body,), _GAPS) for body in _PLAIN]
_FILES = [sealed_file(content, _CREDENTIAL, bytes([n]) * 12) for n, content in enumerate(_CONTENTS)]
_HEAD = _FILES[0].partition(b"\n")[0] + b"\n"
_TOLD = [
    canonical_json(
        {"v": 1, "made_ms": one.made_ms, "entries": [body.decode() for body in one.bodies], "gaps": one.gaps}
    )
    for one in _CONTENTS
]


def _file_mutant(draw: Draw) -> tuple[bytes, bool]:
    if draw.random() < 0.6:
        return changed_bytes(draw.choice(_FILES), draw, _FILES), False
    told = changed_json(draw.choice(_TOLD), draw, _TOLD)
    packed = zlib.compress(told)
    if draw.random() < 0.2:
        packed = changed_bytes(packed, draw, [zlib.compress(bytes(1_000_000))])
    nonce = draw.randbytes(12)
    # The one whose key it is may write anything: it must be read or refused.
    key = entry_file._key(_CREDENTIAL)
    return _HEAD + nonce + AESGCM(key).encrypt(nonce, packed, _HEAD), True


ENTRY_FILES = Parser(
    name="file of entries",
    share=2,
    originals=tuple((raw, False) for raw in _FILES),
    mutant=_file_mutant,
    read=lambda shown: opened_file(shown[0], _CREDENTIAL),
    is_right=lambda shown, read: shown[1],
)

_TOLD_GAPS = [canonical_json(gap) for gap in _GAPS]


def _is_right_gap(shown: bytes, read: Gap) -> bool:
    value = _value(shown)
    return all(
        value[name] == part and type(value[name]) is type(part) for name, part in gap_json(read).items()
    )


GAPS = Parser(
    name="gap",
    share=1,
    originals=tuple(_TOLD_GAPS),
    mutant=lambda draw: changed_json(_TOLD_GAPS[0], draw, _PLAIN),
    read=lambda shown: gap_from_json(_value(shown)),
    is_right=_is_right_gap,
)
