"""Small changes to good input: bits, bytes, heads of CBOR, lines, base64, JSON, pieces of other input."""

from __future__ import annotations

import base64
import json
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

Draw = random.Random

# Heads, tags and values that mean something to a CBOR decoder.
TELLING = [
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
# What a text format, base64 or a lenient reader of numbers might stumble over or overlook.
_SIGNS = [
    *(b"\n", b"\n\n", b"\r", b"\r\n", b"\t", b" ", b"\0", b"=", b"==", b"+", b"-", b"_", b"/", b"0", b"00"),
    *(b"1_0", b"+1", b"-1", b"1e3", b"9" * 19, b"9" * 40, b"{", b"}", b"[", b"]", b'"', b"\\", b"\\u0000"),
    *("—".encode(), "\u2028".encode(), "\u0661".encode(), "\ufeff".encode(), "\u200b".encode()),
    *(b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"),
]
_ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 24, 2**31, 2**53 - 1, 2**53, 2**64, -(2**63), 10**400),
    *(0.0, 1.0, 1.5, -0.0, 1e308, float("inf"), float("-inf"), float("nan")),
    *("", "0", "1", "a", "A" * 300, "\ud800", "\0", "\u202e", "１", "../..", "inf", "=" * 8, "QUE="),
    *([], {}, [[]], [None], {"": None}, {"v": 1}, [1, 2, 3], "x" * 70),
)
_BASE64 = re.compile(rb"[0-9A-Za-z+/]{8,}={0,2}")
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def changed_bytes(
    raw: bytes, draw: Draw, donors: Sequence[bytes] = (), telling: Sequence[bytes] = ()
) -> bytes:
    """`raw` after one to three small changes; `donors` give pieces, `telling` is put in between."""
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        change = draw.choice(_CHANGES)
        raw = change(raw, draw.randrange(len(raw) + 1), draw, telling or TELLING, donors or (raw,))
    return raw


def changed_text(raw: bytes, draw: Draw, donors: Sequence[bytes]) -> bytes:
    """The bytes of a text after one to three changes to its bytes, lines or base64."""
    for _ in range(draw.choice((1, 1, 2))):
        kind = draw.random()
        if kind < 0.4:
            raw = changed_bytes(raw, draw, donors, _SIGNS)
        elif kind < 0.7:
            raw = _changed_lines(raw, draw, donors)
        else:
            raw = _changed_base64(raw, draw)
    return raw


def changed_json(raw: bytes, draw: Draw, donors: Sequence[bytes]) -> bytes:
    """JSON whose value, not only its spelling, is another: parts dropped, renamed, exchanged, nested."""
    value = json.loads(raw)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        value = _changed_value(value, draw, json.loads(draw.choice(donors)))
    spaced, ascii_only = draw.random() < 0.1, draw.random() < 0.2
    text = json.dumps(value, ensure_ascii=ascii_only, separators=None if spaced else (",", ":"))
    return text.encode("utf-8", "surrogatepass")


def nested_json(depth: int, name: str) -> bytes:
    """JSON that is deeper than a recursive reader likes."""
    return b'{"' + name.encode() + b'":' + b"[" * depth + b"]" * depth + b"}"


_Change = Callable[[bytes, int, Draw, Sequence[bytes], Sequence[bytes]], bytes]


def _flipped(raw: bytes, at: int, draw: Draw, _t: Sequence[bytes], _d: Sequence[bytes]) -> bytes:
    return raw[:at] + bytes(byte ^ 1 << draw.randrange(8) for byte in raw[at : at + 1]) + raw[at + 1 :]


def _set(raw: bytes, at: int, draw: Draw, _t: Sequence[bytes], _d: Sequence[bytes]) -> bytes:
    return raw[:at] + draw.randbytes(1) + raw[at + 1 :]


def _inserted(raw: bytes, at: int, draw: Draw, telling: Sequence[bytes], _d: Sequence[bytes]) -> bytes:
    return raw[:at] + draw.choice((draw.randbytes(draw.randint(1, 4)), draw.choice(telling))) + raw[at:]


def _replaced(raw: bytes, at: int, draw: Draw, telling: Sequence[bytes], _d: Sequence[bytes]) -> bytes:
    other = draw.choice(telling)
    return raw[:at] + other + raw[at + draw.choice((1, len(other))) :]


def _removed(raw: bytes, at: int, draw: Draw, _t: Sequence[bytes], _d: Sequence[bytes]) -> bytes:
    return raw[:at] + raw[at + draw.randint(1, 4) :]


def _cut(raw: bytes, at: int, draw: Draw, _t: Sequence[bytes], _d: Sequence[bytes]) -> bytes:
    return raw[:at] if draw.random() < 0.5 else raw[at:]


def _repeated(raw: bytes, at: int, draw: Draw, _t: Sequence[bytes], _d: Sequence[bytes]) -> bytes:
    return raw[:at] + raw[at : at + draw.randint(1, 20)] + raw[at:]


def _lengthened(raw: bytes, at: int, draw: Draw, _t: Sequence[bytes], _d: Sequence[bytes]) -> bytes:
    """The CBOR head at a place in a longer form than needed, as a lax encoder would write it."""
    if at >= len(raw) or raw[at] & 0x1F >= 24:
        return raw + b"\x00"
    size = draw.choice((1, 2, 4, 8))
    head = bytes([raw[at] & 0xE0 | {1: 24, 2: 25, 4: 26, 8: 27}[size]])
    return raw[:at] + head + (raw[at] & 0x1F).to_bytes(size, "big") + raw[at + 1 :]


def _spliced(raw: bytes, at: int, draw: Draw, _t: Sequence[bytes], donors: Sequence[bytes]) -> bytes:
    donor = draw.choice(donors)
    return raw[:at] + donor[draw.choice((at, draw.randrange(len(donor) + 1))) :]


_CHANGES: tuple[_Change, ...] = (
    *(_flipped, _set, _inserted, _replaced, _removed, _cut, _repeated, _lengthened, _spliced),
)


def _changed_lines(raw: bytes, draw: Draw, donors: Sequence[bytes]) -> bytes:
    lines, foreign = raw.split(b"\n"), draw.choice(donors).split(b"\n")
    at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    kind = draw.randrange(5)
    if kind == 0:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 1:
        lines.insert(at, lines[other])
    elif kind == 2:
        lines.insert(at, draw.choice(foreign))
    elif kind == 3:
        lines[at] = draw.choice(foreign)
    else:
        del lines[at]
    return b"\n".join(lines)


def _changed_base64(raw: bytes, draw: Draw) -> bytes:
    """One word of base64 spelled otherwise: of other bytes, or with other spare bits or padding."""
    words = list(_BASE64.finditer(raw))
    if not words:
        return raw + b"="
    word = draw.choice(words)
    spelled = word[0]
    kind = draw.randrange(4)
    if kind == 0:
        whole = spelled[: len(spelled) // 4 * 4] if len(spelled) % 4 else spelled
        spelled = base64.b64encode(changed_bytes(base64.b64decode(whole), draw))
    elif kind == 1 and spelled.rstrip(b"="):
        body = spelled.rstrip(b"=")
        last = bytes([_LETTERS[_LETTERS.index(body[-1]) ^ draw.choice((1, 2, 3))]])
        spelled = body[:-1] + last + spelled[len(body) :]
    elif kind == 2:
        spelled = draw.choice((spelled.rstrip(b"="), spelled + b"=", spelled + b"====", b"=" + spelled))
    else:
        spelled = spelled.replace(b"+", b"-").replace(b"/", b"_")
    return raw[: word.start()] + spelled + raw[word.end() :]


def _changed_value(value: Any, draw: Draw, donor: Any) -> Any:
    """The value with one place in it changed, the place drawn evenly at each level."""
    if isinstance(value, dict) and value and draw.random() < 0.9:
        name = draw.choice(list(value))
        like = donor.get(name, value[name]) if isinstance(donor, dict) else donor
        kind = draw.random()
        if kind < 0.1:
            return {key: part for key, part in value.items() if key != name}
        if kind < 0.15:
            return {**value, draw.choice((name + "\0", name.upper(), "", "__class__")): value[name]}
        if kind < 0.25:
            return {**value, name: like}
        return {**value, name: _changed_value(value[name], draw, like)}
    if isinstance(value, list) and value and draw.random() < 0.8:
        at = draw.randrange(len(value))
        kept = value[:at] + value[at + 1 :]
        within = [*value[:at], _changed_value(value[at], draw, donor), *value[at + 1 :]]
        return draw.choice((kept, value + value[at:], within, within, within))
    return _changed_leaf(value, draw)


def _changed_leaf(value: Any, draw: Draw) -> Any:
    kind = draw.random()
    if isinstance(value, str) and kind < 0.4:
        text = changed_bytes(value.encode("utf-8", "surrogatepass"), draw, (), _SIGNS)
        return text.decode("utf-8", "replace")
    if isinstance(value, int) and kind < 0.4:
        return draw.choice(
            (value + 1, value - 1, -value, float(value % 2**60), str(value), bool(value), value << 40)
        )
    return draw.choice((*_ODD, [value], {"x": value}, str(value)))
