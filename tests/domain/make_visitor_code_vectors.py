"""Writes vectors/visitor_codes.json: visitor codes, good and bad, and the verdict of each step.

Run `python -m tests.domain.make_visitor_code_vectors` after changing a vector; keys are fixed and Ed25519 is
deterministic, so the same source gives the same bytes. Other verifiers can be held to the same file.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.domain.visitor_code_attack import (
    CARD,
    DAY,
    KEYS,
    LONG,
    NAMES,
    NOW,
    STEPS,
    YEAR,
    Vector,
    good,
    private_key,
)
from tests.domain.visitor_code_bomb_attacks import bomb_attacks
from tests.domain.visitor_code_claim_attacks import claim_attacks
from tests.domain.visitor_code_frame_attacks import frame_attacks
from tests.domain.visitor_code_key_attacks import key_attacks
from tests.domain.visitor_code_text_attacks import text_attacks

FILE = Path(__file__).parent / "vectors" / "visitor_codes.json"


def good_codes() -> list[Vector]:
    """Codes that must pass, at the edges of what may."""
    most = 2**32 - 1
    key_from, key_to = NOW - 90 * DAY, NOW + 400 * DAY
    return [
        good("G1", "phone code in the middle of its 60 s"),
        good("G2", "phone code of one second", iat=NOW, exp=NOW + 1),
        good("G3", "phone code of 60 s in its first second", iat=NOW, exp=NOW + 60),
        good("G4", "phone code in its last second", now=NOW + 29),
        good("G5", "phone code issued exactly five minutes from now", iat=NOW + 300, exp=NOW + 360),
        good("G6", "card in its first second, 366 days long", iat=NOW, exp=NOW + YEAR, number=CARD),
        good("G7", "card in its last second", iat=NOW - YEAR + 1, exp=NOW + 1, number=CARD),
        good("G8", "card as short as a second", iat=NOW, exp=NOW + 1, number=CARD),
        good("G9", "cti of zeros", cti=bytes(16)),
        good("G10", "cti of ones", cti=b"\xff" * 16),
        good("G11", "another code is revoked", revoked=(bytes(16), b"\xff" * 16)),
        good("G12", "first second of the key", now=key_from, iat=key_from, exp=key_from + 60),
        good("G13", "last second of the key", now=key_to, iat=key_to, exp=key_to + 60),
        good("G14", "the least times there are", kid=LONG, iat=0x10000, exp=0x10001, now=0x10000),
        good("G15", "the most times there are", kid=LONG, iat=most - 60, exp=most, now=most - 1),
        good("G16", "times beyond 31 bits (2038)", kid=LONG, iat=2**31 - 30, exp=2**31 + 30, now=2**31 + 1),
        good("G17", "kid of ones beside kid a1b2", kid=LONG),
    ]


def vector_file() -> str:
    """The whole file, one vector a line so that a change shows in a diff."""
    vectors = [
        *good_codes(),
        *frame_attacks(),
        *key_attacks(),
        *claim_attacks(),
        *bomb_attacks(),
        *text_attacks(),
    ]
    keys = [
        {
            "kid": key["kid"].hex(),
            "public": private_key(NAMES[key["kid"]]).public_key().public_bytes_raw().hex(),
            "not_before": key["from"],
            "not_after": key["to"],
            "scope": key["scope"],
        }
        for key in KEYS
    ]
    lines = ",\n".join(json.dumps(vector.json()) for vector in vectors)
    head = ",\n".join(json.dumps(key) for key in keys)
    return f'{{\n"steps": {json.dumps(STEPS)},\n"keys": [\n{head}\n],\n"vectors": [\n{lines}\n]\n}}\n'


if __name__ == "__main__":
    FILE.write_text(vector_file(), encoding="ascii")
    print(f"{FILE.name}: {vector_file().count(chr(10))} lines")
