"""Mutates good visitor codes by the thousand and counts what the parser accepts that it should not.

`python -m tests.domain.mutate_visitor_codes --count 1000000` prints one JSON line and exits 1 unless
`accepted` and `uncaught` are 0. Half of the mutants keep the old signature: none may pass. The other half are
payloads changed and then signed by our own key: one may pass only if it is the one true text of its claims.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import base45
import cbor2
from cbor2 import CBORTag

from domain.code import VisitorCode, minted, verified
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

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_GOOD = [
    good("phone", "", cti=bytes(range(16))).text,
    good("card", "", iat=NOW, exp=NOW + YEAR, number=CARD).text,
    good("long", "", kid=LONG, cti=b"\xff" * 16).text,
]
_TOKENS = [base45.b45decode(shown[4:]) for shown in _GOOD]
# Heads, tags and values that mean something to a CBOR decoder.
_TELLING = [
    *(bytes([byte]) for byte in range(0x18)),
    *(
        bytes([head])
        for head in b"\x20\x27\x40\x50\x58\x5f\x60\x7f\x80\x81\x84\x9f\xa0\xa1\xa4\xbf\xc1\xc2\xc4\xd2"
    ),
    *(bytes([simple]) for simple in b"\xf4\xf5\xf6\xf7\xff\x1c"),
    *(b"\x18\x18", b"\x18\xff", b"\x19\x01\x00", b"\x1a" + bytes(4), b"\x1b" + bytes(8), b"\x3a\0\1\0\0"),
    *(b"\x58\x00", b"\x58\x25", b"\x98\x04", b"\xb8\x04", b"\x9b" + b"\xff" * 8, b"\xf8\x18"),
    *(b"\xf9\x00\x00", b"\xf9\x44\x00", b"\xfa" + bytes(4), b"\xfb" + bytes(8)),
    *(b"\xd8\x1c", b"\xd8\x1d\x00", b"\xd8\x23", b"\xd8\x3d", b"\xd9\xd9\xf7", b"\xd8\x1e\x82\x04\x01"),
]

Draw = random.Random


def mutated_bytes(raw: bytes, draw: Draw) -> bytes:
    """`raw` after one to three small changes."""
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        raw = draw.choice(_CHANGES)(raw, draw.randrange(len(raw) + 1), draw)
    return raw


def _flipped(raw: bytes, at: int, draw: Draw) -> bytes:
    return raw[:at] + bytes(byte ^ 1 << draw.randrange(8) for byte in raw[at : at + 1]) + raw[at + 1 :]


def _set(raw: bytes, at: int, draw: Draw) -> bytes:
    return raw[:at] + draw.randbytes(1) + raw[at + 1 :]


def _inserted(raw: bytes, at: int, draw: Draw) -> bytes:
    return raw[:at] + draw.choice((draw.randbytes(draw.randint(1, 4)), draw.choice(_TELLING))) + raw[at:]


def _replaced(raw: bytes, at: int, draw: Draw) -> bytes:
    telling = draw.choice(_TELLING)
    return raw[:at] + telling + raw[at + draw.choice((1, len(telling))) :]


def _removed(raw: bytes, at: int, draw: Draw) -> bytes:
    return raw[:at] + raw[at + draw.randint(1, 4) :]


def _cut(raw: bytes, at: int, draw: Draw) -> bytes:
    return raw[:at] if draw.random() < 0.5 else raw[at:]


def _repeated(raw: bytes, at: int, draw: Draw) -> bytes:
    part = raw[at : at + draw.randint(1, 20)]
    return raw[:at] + part + raw[at:]


def _lengthened(raw: bytes, at: int, draw: Draw) -> bytes:
    """The head at a place in a longer form than needed, as a lax encoder would write it."""
    if at >= len(raw) or raw[at] & 0x1F >= 24:
        return raw + b"\x00"
    size = draw.choice((1, 2, 4, 8))
    head = bytes([raw[at] & 0xE0 | {1: 24, 2: 25, 4: 26, 8: 27}[size]])
    return raw[:at] + head + (raw[at] & 0x1F).to_bytes(size, "big") + raw[at + 1 :]


def _spliced(raw: bytes, at: int, draw: Draw) -> bytes:
    return raw[:at] + draw.choice(_TOKENS)[draw.choice((at, draw.randrange(116))) :]


_CHANGES = (_flipped, _set, _inserted, _replaced, _removed, _cut, _repeated, _lengthened, _spliced)


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


def mutant(draw: Draw) -> tuple[str, bool]:
    """A mutant of a good code, and whether our own key signed what it holds now."""
    which = draw.randrange(len(_GOOD))
    kind = draw.random()
    if kind < 0.2:
        return mutated_text(_GOOD[which], draw), False
    if kind < 0.5:
        return text(mutated_bytes(_TOKENS[which], draw)), False
    body = _respelled(draw) if kind > 0.8 else mutated_bytes(payload(), draw) or b"\x00"
    return text(token(body, draw.choice((MAIN, LONG)))), True


def is_wrong(shown: str, read: VisitorCode, signed: bool) -> bool:
    """Whether this text should not have passed: not one of ours, or not the only text of its claims."""
    if not signed:
        return shown not in _GOOD
    key = private_key(NAMES[read.kid])
    return minted(key, read.kid, read.cti, read.code_class, read.issued, read.expires) != shown


def run(count: int, seed: int) -> dict[str, object]:
    """Tries `count` mutants; the figures, with what came of each."""
    draw = random.Random(seed)
    results: Counter[str] = Counter()
    accepted, uncaught, slowest = 0, 0, 0.0
    for _ in range(count):
        shown, signed = mutant(draw)
        begun = time.perf_counter()
        try:
            read = verified(shown, KEYS, NOW)
        except Exception as error:  # the count of these is the result
            print(f"uncaught {error!r} for {shown!r}", file=sys.stderr)
            uncaught += 1
            continue
        finally:
            slowest = max(slowest, time.perf_counter() - begun)
        results["ok" if isinstance(read, VisitorCode) else read.value] += 1
        if isinstance(read, VisitorCode) and is_wrong(shown, read, signed):
            print(f"accepted {shown!r}", file=sys.stderr)
            accepted += 1
    return {
        "mutants": count,
        "accepted": accepted,
        "uncaught": uncaught,
        "slowest_ms": round(slowest * 1000, 2),
        "seed": seed,
        "results": dict(sorted(results.items())),
    }


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    figures = run(chosen.count, chosen.seed)
    print(json.dumps(figures))
    return 1 if figures["accepted"] or figures["uncaught"] else 0


if __name__ == "__main__":
    sys.exit(main())
