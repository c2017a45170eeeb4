"""Mutants of visitor codes: half keep the old signature, half are changed and signed by our own key."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import base45
import cbor2
from cbor2 import CBORTag

from domain.code import VisitorCode, verified
from domain.minting import minted
from tests.domain.visitor_code_attack import (
    CARD,
    LONG,
    MAIN,
    NAMES,
    NOW,
    YEAR,
    bstr,
    good,
    payload,
    private_key,
    text,
    token,
    u32,
)
from tests.domain.visitor_code_vectors import KEYS
from tests.mutation.changes import Draw, changed_bytes
from tests.mutation.parser import Parser

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
GOOD = [
    good("phone", "", cti=bytes(range(16))).text,
    good("card", "", iat=NOW, exp=NOW + YEAR, number=CARD).text,
    good("long", "", kid=LONG, cti=b"\xff" * 16).text,
]
_TOKENS = [base45.b45decode(shown[4:]) for shown in GOOD]


def mutant(draw: Draw) -> tuple[str, bool]:
    """A mutant of a good code, and whether our own key signed what it holds now."""
    which = draw.randrange(len(GOOD))
    kind = draw.random()
    if kind < 0.2:
        return mutated_text(GOOD[which], draw), False
    if kind < 0.5:
        return text(changed_bytes(_TOKENS[which], draw, _TOKENS)), False
    body = _respelled(draw) if kind > 0.8 else changed_bytes(payload(), draw, _TOKENS) or b"\x00"
    return text(token(body, draw.choice((MAIN, LONG)))), True


def mutated_text(shown: str, draw: Draw) -> str:
    """A text after one to three edits of its symbols."""
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        at = draw.randrange(len(shown) + 1)
        odd = chr(draw.choice((0, 10, 97, 233, 0x200F, 0xD800)))
        symbol = draw.choice(ALPHABET) if draw.random() < 0.9 else odd
        before, here, after = shown[:at], shown[at : at + 1], shown[at + 1 :]
        edited = (
            before + symbol + after,
            before + symbol + here + after,
            before + after,
            before + after[:1] + here + after[1:],
            before,
            before + (here + after).lower(),
            shown + here + after,
        )
        shown = draw.choice(edited)
    return shown


def is_right(shown: str, read: VisitorCode, signed: bool) -> bool:
    """Whether a text had to pass: one of ours, or signed by us and the only text of its claims."""
    if not signed:
        return shown in GOOD
    key = private_key(NAMES[read.kid])
    return minted(key, read.kid, read.cti, read.code_class, read.issued, read.expires) == shown


def _respelled(draw: Draw) -> bytes:
    """The claims with some keys and values in another spelling of the same value, sorted or shuffled."""
    claims = {4: u32(NOW + 30), 6: u32(NOW - 30), 7: bstr(bytes(16)), -65537: draw.choice((b"\x00", b"\x01"))}
    odd = draw.choice(tuple(claims))
    pairs = []
    for name, value in claims.items():
        spelt = draw.choice(_spellings(name)) if name == odd else cbor2.dumps(name)
        pairs.append((spelt, value if draw.random() < 0.9 else draw.choice(_spellings(cbor2.loads(value)))))
    order = draw.choice(
        (lambda pair: (len(pair[0]), pair[0]), lambda pair: pair[0], lambda pair: draw.random())
    )
    return b"\xa4" + b"".join(name + value for name, value in sorted(pairs, key=order))


def _spellings(value: object) -> list[bytes]:
    """CBOR that many decoders take for this value or one equal to it."""
    same = [value, CBORTag(1, value), CBORTag(40_000, value)]
    if isinstance(value, int):
        same += [float(value), Decimal(value), Fraction(value), bool(value), str(value), -value]
        bignum = CBORTag(2 if value >= 0 else 3, (value if value >= 0 else -1 - value).to_bytes(4, "big"))
        same += [bignum, CBORTag(1, float(value))]
    if isinstance(value, bytes):
        same += [bytearray(value + b"\0"), value.decode("latin-1"), list(value), CBORTag(37, value)]
    return [cbor2.dumps(other, canonical=shortest) for other in same for shortest in (True, False)]


VISITOR_CODES = Parser(
    name="visitor code",
    share=28,
    originals=tuple((shown, False) for shown in GOOD),
    mutant=mutant,
    read=lambda shown: verified(shown[0], KEYS, NOW),
    is_right=lambda shown, read: is_right(shown[0], read, shown[1]),
)
