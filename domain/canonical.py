"""JSON with exactly one spelling per value, so that two machines hash and sign the same bytes (RFC 8785)."""

from __future__ import annotations

import json
from collections.abc import Mapping

SAFE_INTEGER = 2**53 - 1


def canonical_json(value: Mapping[str, object]) -> bytes:
    """UTF-8 JSON, keys sorted, no spaces. Floats and integers beyond 2^53 are a ValueError.

    For objects whose keys are ASCII, as all of ours are, this equals RFC 8785 without its float rules.
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8"
    )


def _plain(value: object) -> object:
    """The value in the types that json writes; ValueError where it has no single spelling."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > SAFE_INTEGER:
            raise ValueError("an integer beyond 2^53 has no single JSON spelling")
        return value
    if isinstance(value, str):
        value.encode("utf-8")  # a lone surrogate is a ValueError here and not on the far machine
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) and key.isascii() for key in value):
            raise ValueError("keys are ASCII text")
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise ValueError(f"{type(value).__name__} has no canonical JSON")
