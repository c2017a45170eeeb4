"""Reads the vector file for every test that holds a verifier to it, in this layer or a higher one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from domain.code import VerifyingKey, VisitorCode

_FILE = json.loads((Path(__file__).parent / "vectors" / "visitor_codes.json").read_text(encoding="ascii"))

VECTORS: list[dict[str, Any]] = _FILE["vectors"]
STEPS: list[str] = _FILE["steps"]
KEYS = tuple(
    VerifyingKey(
        bytes.fromhex(key["kid"]),
        bytes.fromhex(key["public"]),
        key["not_before"],
        key["not_after"],
        key["scope"],
    )
    for key in _FILE["keys"]
)


def claims_json(code: VisitorCode) -> dict[str, object]:
    """The claims of a code as the file writes them."""
    return {
        "cti": code.cti.hex(),
        "class": int(code.code_class),
        "issued": code.issued,
        "expires": code.expires,
        "kid": code.kid.hex(),
    }
