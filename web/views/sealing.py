"""Small values carried through the browser and back, which it can neither read nor change."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

from web.views.session import now_ms


def sealed(purpose: str, value: dict[str, object]) -> str:
    """`value` as a URL-safe text for `purpose`, encrypted with the app's secret key."""
    body = json.dumps(value, ensure_ascii=False).encode("utf-8")
    return _box_of(purpose).encrypt_at_time(body, now_ms() // 1000).decode("ascii")


def unsealed(purpose: str, text: str, most_s: int) -> dict[str, object] | None:
    """What was sealed for `purpose` at most `most_s` seconds ago; None for anything else."""
    try:
        body = _box_of(purpose).decrypt_at_time(text.encode("ascii"), most_s, now_ms() // 1000)
        value = json.loads(body)
    except (InvalidToken, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _box_of(purpose: str) -> Fernet:
    return _box(purpose, current_app.secret_key or "")


@lru_cache(maxsize=64)
def _box(purpose: str, secret: str | bytes) -> Fernet:
    key = secret.encode("utf-8") if isinstance(secret, str) else secret
    digest = hashlib.blake2b(purpose.encode("ascii"), key=hashlib.sha256(key).digest(), digest_size=32)
    return Fernet(base64.urlsafe_b64encode(digest.digest()))
