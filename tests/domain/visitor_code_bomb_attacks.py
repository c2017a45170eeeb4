"""Vectors P12: CBOR that asks a decoder for memory, depth, time or code, with our signature and without."""

from __future__ import annotations

from tests.domain.visitor_code_attack import Vector, payload, text, token

# What each bomb is as the value of exp in an otherwise good payload, and where it ends when we signed it.
_BOMBS = {
    "arrays 38 deep": ("claims", b"\x81" * 38 + b"\x80"),
    "maps 18 deep": ("claims", b"\xa1\x00" * 18 + b"\xa0"),
    "tags 38 deep": ("claims", b"\xc6" * 38 + b"\x00"),
    "array of 2^32-1": ("not_canonical", b"\x9a" + b"\xff" * 4),
    "array of 2^63-1": ("not_canonical", b"\x9b\x7f" + b"\xff" * 7),
    "array of 2^64-1": ("not_canonical", b"\x9b" + b"\xff" * 8),
    "map of 2^32-1": ("not_canonical", b"\xba" + b"\xff" * 4),
    "map of 2^63-1": ("not_canonical", b"\xbb\x7f" + b"\xff" * 7),
    "bytes of 2^32-1": ("not_canonical", b"\x5a" + b"\xff" * 4),
    "bytes of 2^62": ("not_canonical", b"\x5b\x40" + bytes(7)),
    "text of 2^62": ("not_canonical", b"\x7b\x40" + bytes(7)),
    "indefinite arrays 38 deep, never closed": ("not_canonical", b"\x9f" * 38),
    "an array that holds itself": ("not_canonical", b"\xd8\x1c\x81\xd8\x1d\x00"),
    "a reference to nothing": ("not_canonical", b"\xd8\x1d\x18\x63"),
    "arrays that double four times": (
        "not_canonical",
        b"\xd8\x1c\x82" * 4 + b"\x80" + b"\xd8\x1d\x03\xd8\x1d\x02\xd8\x1d\x01\xd8\x1d\x00",
    ),
    "regular expression (a+)+$": ("claims", b"\xd8\x23\x66(a+)+$"),
    "broken regular expression": ("not_canonical", b"\xd8\x23\x61("),
    "bigfloat 2^2147483647": ("not_canonical", b"\xc5\x82\x1a\x7f\xff\xff\xff\x01"),
    "decimal 10^2147483647": ("claims", b"\xc4\x82\x1a\x7f\xff\xff\xff\x01"),
    "a fraction over zero": ("not_canonical", b"\xd8\x1e\x82\x01\x00"),
    "a time beyond the calendar": ("not_canonical", b"\xc1\x1b\x7f" + b"\xff" * 7),
    "a time that is infinite": ("not_canonical", b"\xc1\xf9\x7c\x00"),
    "a time that is no time": ("not_canonical", b"\xc0\x61z"),
    "an address of two bytes": ("not_canonical", b"\xd9\x01\x04\x42\x7f\x01"),
    "a reserved head": ("not_canonical", b"\x1c"),
    "a break where a value belongs": ("not_canonical", b"\xff"),
    "a simple value in the forbidden form": ("not_canonical", b"\xf8\x00"),
    "text that is not UTF-8": ("not_canonical", b"\x62\xc3\x28"),
    "a string reference out of its place": ("not_canonical", b"\xd8\x19\x00"),
    "a set": ("claims", b"\xd9\x01\x02\x81\x00"),
}
_SUFFIXES = ["", *"bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"]


def bomb_attacks() -> list[Vector]:
    """Each bomb signed by us, then under a stranger's signature, then in place of the frame."""
    vectors = []
    for suffix, (title, (result, raw)) in zip(_SUFFIXES, _BOMBS.items(), strict=False):
        body = payload(exp=raw)
        vectors.append(Vector(f"P12S{suffix}", f"signed: {title}", text(token(body)), result))
        forged = text(token(body, signer="stranger"))
        vectors.append(Vector(f"P12U{suffix}", f"not signed by us: {title}", forged, "signature"))
    return [*vectors, *_frames()]


def _frames() -> list[Vector]:
    rows = {
        "P12F": ("arrays 116 deep", b"\x81" * 116),
        "P12Fb": ("tag 18 of arrays 115 deep", b"\xd2" + b"\x81" * 115),
        "P12Fc": ("tag 18 of an array of 2^64-1", b"\xd2\x9b" + b"\xff" * 8 + bytes(100)),
        "P12Fd": ("protected header of 2^62 bytes", b"\xd2\x84\x5b\x40" + bytes(110)),
        "P12Fe": ("indefinite arrays 116 deep", b"\x9f" * 116),
        "P12Ff": ("maps 116 deep", b"\xa1" * 116),
        "P12Fg": ("tags 116 deep", b"\xd2" * 116),
    }
    deep = text(b"\x81" * 300)
    return [
        *(Vector(i, title, text(raw), "shape") for i, (title, raw) in rows.items()),
        Vector("P12Fh", "arrays 300 deep", deep, "length_or_alphabet"),
    ]
