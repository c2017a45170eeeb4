"""JSON and base64 with one spelling per value: two machines hash and sign the same bytes (RFC 8785)."""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping

import orjson

SAFE_INTEGER = 2**53 - 1
# Whole numbers of fewer digits fit 64 bits; orjson rounds those that do not.
_LONG = b"0" * 19
_ALIKE = bytes.maketrans(b"123456789", b"0" * 9)


def canonical_json(value: Mapping[str, object]) -> bytes:
    """UTF-8 JSON, keys sorted, no spaces. Floats and integers beyond 2^53 are a ValueError.

    For objects whose keys are ASCII, as all of ours are, this equals RFC 8785 without its float rules.
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8"
    )


def exact_json(text: bytes) -> object:
    """What a JSON text says, whole numbers of any length as they are; ValueError when it is none."""
    if _LONG not in text.translate(_ALIKE):
        return orjson.loads(text)
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def bytes_of_base64(text: str) -> bytes:
    """The bytes that a base64 text stands for; ValueError unless it is their only spelling.

    The decoder lets further padding pass, and a last letter that differs in its spare bits (RFC 4648 §3.5):
    both show in the last group alone.
    """
    raw = binascii.a2b_base64(text, strict_mode=True)
    last = binascii.b2a_base64(raw[-(len(raw) % 3 or 3) :], newline=False)
    if text[-4:] != last.decode("ascii"):
        raise ValueError("another spelling of these bytes")
    return raw


def _plain(value: object) -> object:
    """The value in the types that json writes; ValueError where it has no single spelling."""
    if value is None or isinstance(value, bool | str):
        return value  # a lone surrogate is a ValueError when the whole is encoded
    if isinstance(value, int):
        if abs(value) > SAFE_INTEGER:
            raise ValueError("an integer beyond 2^53 has no single JSON spelling")
        return value
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str) or not key.isascii():
                raise ValueError("keys are ASCII text")
        # Texts are most of what an entry holds: they need no second look.
        return {key: item if type(item) is str else _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise ValueError(f"{type(value).__name__} has no canonical JSON")
