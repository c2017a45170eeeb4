"""JSON with exactly one spelling per value, so that two machines hash and sign the same bytes (RFC 8785)."""

from __future__ import annotations

import json
from collections.abc import Mapping

SAFE_INTEGER = 2**53 - 1


def canonical_json(value: Mapping[str, object]) -> bytes:
    """UTF-8 JSON, keys sorted, no spaces. Floats and integers beyond 2^53 are a ValueError.

    For objects whose keys are ASCII, as all of ours are, this equals RFC 8785 without its float rules.
    """
    _check(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def _check(value: object) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > SAFE_INTEGER:
            raise ValueError("an integer beyond 2^53 has no single JSON spelling")
    elif isinstance(value, str):
        value.encode("utf-8")  # a lone surrogate is a ValueError here and not on the far machine
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError("keys are ASCII text")
            _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    else:
        raise ValueError(f"{type(value).__name__} has no canonical JSON")
