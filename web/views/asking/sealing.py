"""Small values carried through the browser and back, which it can neither read nor change."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from web.views.asking.session import now_ms

# A kind, and when it was sealed (Unix seconds); then the nonce, then what was sealed.
_HEAD: Final = struct.Struct(">BQ")
_KIND: Final = 1
_NONCE_BYTES: Final = 12
# Of a machine whose clock is a little ahead of this one's.
_AHEAD_S: Final = 60


def sealed(purpose: str, value: dict[str, object]) -> str:
    """`value` as a URL-safe text for `purpose`, encrypted with the app's secret key (AES-256-GCM)."""
    body = json.dumps(value, ensure_ascii=False).encode("utf-8")
    head, nonce = _HEAD.pack(_KIND, now_ms() // 1000), secrets.token_bytes(_NONCE_BYTES)
    return urlsafe_b64encode(head + nonce + _box(*_of(purpose)).encrypt(nonce, body, head)).decode("ascii")


def unsealed(purpose: str, text: str, most_s: int) -> dict[str, object] | None:
    """What was sealed for `purpose` at most `most_s` seconds ago; None for anything else."""
    try:
        value = json.loads(_opened(purpose, urlsafe_b64decode(text.encode("ascii")), text, most_s))
    except (InvalidTag, InvalidToken, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _opened(purpose: str, given: bytes, text: str, most_s: int) -> bytes:
    now_s = now_ms() // 1000
    if given[:1] != bytes([_KIND]):  # from before there were kinds: browsers are known by them for months
        return _old_box(*_of(purpose)).decrypt_at_time(text.encode("ascii"), most_s, now_s)
    if len(given) < _HEAD.size + _NONCE_BYTES:
        raise InvalidTag
    head, nonce = given[: _HEAD.size], given[_HEAD.size : _HEAD.size + _NONCE_BYTES]
    body = _box(*_of(purpose)).decrypt(nonce, given[_HEAD.size + _NONCE_BYTES :], head)
    _, at_s = _HEAD.unpack(head)
    if not now_s - most_s <= at_s <= now_s + _AHEAD_S:
        raise InvalidTag
    return body


def _of(purpose: str) -> tuple[str, str | bytes]:
    return purpose, current_app.secret_key or ""


@lru_cache(maxsize=64)
def _box(purpose: str, secret: str | bytes) -> AESGCM:
    return AESGCM(_key(f"{purpose} 1", secret))


@lru_cache(maxsize=64)
def _old_box(purpose: str, secret: str | bytes) -> Fernet:
    return Fernet(urlsafe_b64encode(_key(purpose, secret)))


def _key(purpose: str, secret: str | bytes) -> bytes:
    key = secret.encode("utf-8") if isinstance(secret, str) else secret
    digest = hashlib.blake2b(purpose.encode("ascii"), key=hashlib.sha256(key).digest(), digest_size=32)
    return digest.digest()
