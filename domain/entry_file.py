"""Entries carried in a file: sealed by a kiosk with its own credential, opened by its server alone (S15)."""

from __future__ import annotations

import hashlib
import hmac
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.canonical import SAFE_INTEGER, canonical_json
from domain.errors import InputError, TamperedError
from domain.wording import Sentence

NONCE_BYTES = 12
_PREFIX = b"CPX1 "
# 100,000 entries with everything that can be in them; the file itself is some six times smaller.
_OPENED_MOST = 512_000_000
_ID_MOST = 64


@dataclass(frozen=True, slots=True)
class EntryFile:
    """What a kiosk had not delivered: its entries' canonical bytes in order, and gaps as they travel."""

    kiosk_id: str
    made_ms: int
    bodies: tuple[bytes, ...]
    gaps: tuple[Mapping[str, object], ...] = ()


def sealed_file(content: EntryFile, credential_hash: bytes, nonce: bytes) -> bytes:
    """The file: a line that names the kiosk, a nonce, and the rest under AES-256-GCM.

    `credential_hash` is SHA-256 of the kiosk's credential, which its server keeps and nobody else has;
    `nonce` are 12 bytes that were never used before.
    """
    head = _PREFIX + content.kiosk_id.encode("ascii") + b"\n"
    told = {
        "v": 1,
        "made_ms": content.made_ms,
        "entries": [body.decode("utf-8") for body in content.bodies],
        "gaps": [dict(gap) for gap in content.gaps],
    }
    packed = zlib.compress(canonical_json(told), 6)
    return head + nonce + AESGCM(_key(credential_hash)).encrypt(nonce, packed, head)


def kiosk_of(raw: bytes) -> str:
    """Whose file this says it is; InputError when it is no such file."""
    head, found, _ = raw[: len(_PREFIX) + _ID_MOST + 1].partition(b"\n")
    identity = head.removeprefix(_PREFIX)
    if not found or not head.startswith(_PREFIX) or not identity.isalnum() or not identity.isascii():
        raise InputError(
            "file",
            "This is no file of a kiosk's entries. Make one with “python -m kiosk export”.",
            "这不是终端导出的记录文件，请用 python -m kiosk export 生成。",
        )
    return identity.decode("ascii")


def opened_file(raw: bytes, credential_hash: bytes) -> EntryFile:
    """The content; TamperedError unless that kiosk sealed these bytes, InputError as of `kiosk_of`."""
    kiosk_id = kiosk_of(raw)
    head, _, rest = raw.partition(b"\n")
    try:
        packed = AESGCM(_key(credential_hash)).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], head + b"\n")
        unpacking = zlib.decompressobj()
        return _content(kiosk_id, json.loads(unpacking.decompress(packed, _OPENED_MOST)))
    except (InvalidTag, zlib.error, ValueError, KeyError, TypeError, RecursionError):
        raise TamperedError(
            Sentence(
                "The file does not open: it was changed, is not whole, or is from another kiosk.",
                "文件无法打开：已被改动、不完整，或属于其他终端。",
            )
        ) from None


def _content(kiosk_id: str, told: Any) -> EntryFile:
    # The kiosk's own key sealed it, and a kiosk can be stolen: each part is what it is said to be.
    made_ms, bodies, gaps = told["made_ms"], told["entries"], told["gaps"]
    is_time = type(made_ms) is int and 0 <= made_ms <= SAFE_INTEGER
    if type(told["v"]) is not int or told["v"] != 1 or not is_time:
        raise ValueError("of another version, or of no time")
    if not _are(bodies, str) or not _are(gaps, dict):
        raise ValueError("neither entries nor gaps")
    return EntryFile(kiosk_id, made_ms, tuple(body.encode("utf-8") for body in bodies), tuple(gaps))


def _are(values: object, kind: type) -> bool:
    return isinstance(values, list) and all(isinstance(value, kind) for value in values)


def _key(credential_hash: bytes) -> bytes:
    return hmac.new(credential_hash, b"entries in a file", hashlib.sha256).digest()
