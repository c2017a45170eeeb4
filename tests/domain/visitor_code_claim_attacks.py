"""Vectors P9 to P11 and P15: claims that our own key signed and that must be refused all the same."""

from __future__ import annotations

import struct

from tests.domain.visitor_code_attack import (
    CTI,
    NOW,
    YEAR,
    Vector,
    bstr,
    payload,
    text,
    token,
    u32,
)

_EXP, _IAT, _CTI, _CLASS = (
    b"\x04" + u32(NOW + 30),
    b"\x06" + u32(NOW - 30),
    b"\x07" + bstr(CTI),
    b"\x3a\0\1\0\0\0",
)
_LATER, _EARLIER = (NOW + 30).to_bytes(8, "big"), (NOW - 30).to_bytes(8, "big")
_TEN_YEARS = 3653 * 86_400


def claim_attacks() -> list[Vector]:
    """All of them, in the order of their ids."""
    return [
        *_other_spellings(),
        *_other_keys(),
        *_reframed(),
        *_times(),
        *_lifetimes(),
        *_sets(),
        *_ids(),
        *_untimely(),
    ]


def _signed(result: str, rows: dict[str, tuple[str, bytes]]) -> list[Vector]:
    return [Vector(i, f"signed: {title}", text(token(body)), result) for i, (title, body) in rows.items()]


def _other_spellings() -> list[Vector]:
    rows = {
        "P9": ("exp in eight bytes", payload(exp=b"\x1b" + _LATER)),
        "P9b": ("iat in eight bytes", payload(iat=b"\x1b" + _EARLIER)),
        "P9c": ("key 4 in two bytes", b"\xa4\x18\x04" + payload()[2:]),
        "P9d": ("class 0 in two bytes", payload(number=b"\x18\x00")),
        "P9e": ("class key in nine bytes", b"\xa4" + _EXP + _IAT + _CTI + b"\x3b" + bytes(5) + b"\x01\0\0\0"),
        "P9f": ("cti with a head of two bytes", payload(cti=b"\x58\x10" + CTI)),
        "P9g": ("cti with a head of three bytes", payload(cti=b"\x59\x00\x10" + CTI)),
        "P9h": ("map head in two bytes", payload(head=b"\xb8\x04")),
        "P9i": ("map of indefinite length", payload(head=b"\xbf", tail=b"\xff")),
        "P9j": ("cti of indefinite length", payload(cti=b"\x5f" + bstr(CTI) + b"\xff")),
        "P9k": ("iat before exp", b"\xa4" + _IAT + _EXP + _CTI + _CLASS),
        "P9l": ("class first", b"\xa4" + _CLASS + _EXP + _IAT + _CTI),
        "P9m": ("exp twice, the same", b"\xa5" + _EXP + payload()[1:]),
        "P9n": ("exp twice, an expired one first", b"\xa5\x04" + u32(NOW - 9) + payload()[1:]),
        "P9o": ("exp twice and no iat", b"\xa4" + _EXP + _EXP + _CTI + _CLASS),
        "P9p": ("exp as a bignum", payload(exp=b"\xc2\x44" + _LATER[4:])),
        "P9q": ("exp as a tagged time", payload(exp=b"\xc1" + u32(NOW + 30))),
        "P9r": ("exp as a float longer than needed", payload(exp=b"\xfb" + struct.pack(">d", 65536.0))),
        "P9s": ("class as a float longer than needed", payload(number=b"\xfa" + struct.pack(">f", 1.0))),
        "P9t": ("key 4 as a bignum", b"\xa4\xc2\x41\x04" + payload()[2:]),
    }
    return _signed("not_canonical", rows)


def _other_keys() -> list[Vector]:
    """Keys that equal ours in a language in which 4.0 == 4, first and last.

    P9u and P9v are sorted as RFC 7049 §3.9 does it; by RFC 8949 §4.2.1 they would fail one step earlier.
    """
    rest = u32(NOW + 30)
    last = {
        "P9u": (
            "key 4 as a float, before the class",
            b"\xa4" + _IAT + _CTI + b"\xf9\x44\x00" + rest + _CLASS,
        ),
        "P9v": ("key 4 as a decimal", b"\xa4" + _IAT + _CTI + b"\xc4\x82\x00\x04" + rest + _CLASS),
        "P9w": (
            "key -65537 as a float",
            b"\xa4" + _EXP + _IAT + _CTI + b"\xfa" + struct.pack(">f", -65537.0) + b"\0",
        ),
    }
    last["P9z"] = ("key 4 as a fraction", b"\xa4" + _IAT + _CTI + _CLASS + b"\xd8\x1e\x82\x04\x01" + rest)
    unsorted = {
        "P9x": ("key 4 as a float, in first place", b"\xa4\xf9\x44\x00" + payload()[2:]),
        "P9y": ("key 4 as a float, in last place", b"\xa4" + _IAT + _CTI + _CLASS + b"\xf9\x44\x00" + rest),
    }
    return [*_signed("claims", last), *_signed("not_canonical", unsorted)]


def _reframed() -> list[Vector]:
    header, body, signature = token()[2:10], token()[11:50], token()[50:]
    rows = {
        "P9A": ("tag 18 in two bytes", b"\xd8\x12" + token()[1:]),
        "P9B": ("array head in two bytes", b"\xd2\x98\x04" + token()[2:]),
        "P9C": ("array of indefinite length", b"\xd2\x9f" + token()[2:] + b"\xff"),
        "P9D": (
            "payload with a head of three bytes",
            b"\xd2\x84" + header + b"\xa0\x59\x00" + body[1:] + signature,
        ),
        "P9E": (
            "payload of indefinite length",
            b"\xd2\x84" + header + b"\xa0\x5f" + body + b"\xff" + signature,
        ),
        "P9F": ("signature with a head of three bytes", token()[:50] + b"\x59\x00" + signature[1:]),
        "P9G": ("signature of indefinite length", token()[:50] + b"\x5f" + signature + b"\xff"),
        "P9H": ("payload as text", b"\xd2\x84" + header + b"\xa0\x78" + body[1:] + signature),
        "P9I": ("signature as an array", token()[:50] + b"\x98" + signature[1:]),
    }
    return [Vector(i, f"good signature, {title}", text(raw), "shape") for i, (title, raw) in rows.items()]


def _times() -> list[Vector]:
    rows = {
        "P10": ("exp as a float", payload(exp=b"\xfb" + struct.pack(">d", NOW + 30))),
        "P10b": ("iat as a float", payload(iat=b"\xfb" + struct.pack(">d", NOW - 30))),
        "P10c": ("exp true", payload(exp=b"\xf5")),
        "P10d": ("iat true", payload(iat=b"\xf5")),
        "P10e": ("exp null", payload(exp=b"\xf6")),
        "P10f": ("exp undefined", payload(exp=b"\xf7")),
        "P10g": ("exp not a number", payload(exp=b"\xf9\x7e\x00")),
        "P10h": ("exp infinite", payload(exp=b"\xf9\x7c\x00")),
        "P10i": ("exp -1", payload(exp=b"\x20")),
        "P10j": ("iat negative", payload(iat=b"\x3a" + _EARLIER[4:])),
        "P10k": ("exp as text", payload(exp=b"\x6a" + str(NOW + 30).encode())),
        "P10l": ("exp as bytes", payload(exp=bstr(_LATER))),
        "P10m": ("exp one more than 32 bits hold", payload(exp=b"\x1b" + (2**32).to_bytes(8, "big"))),
        "P10n": ("exp of 64 bits", payload(exp=b"\x1b" + b"\xff" * 8)),
        "P10o": ("exp a bignum of 65 bits", payload(exp=b"\xc2\x49\x01" + bytes(8))),
        "P10p": ("exp of 16 bits", payload(exp=b"\x19\xff\xff")),
        "P10q": ("iat of 16 bits", payload(iat=b"\x19\xff\xff")),
        "P10r": ("iat 0", payload(iat=b"\x00")),
    }
    return _signed("claims", rows)


def _lifetimes() -> list[Vector]:
    def between(iat: int, exp: int, number: int) -> bytes:
        return payload(u32(exp), u32(iat), number=bytes([number]))

    rows = {
        "P10s": ("phone code of 61 s", between(NOW - 31, NOW + 30, 0)),
        "P10t": ("phone code of 10 years", between(NOW, NOW + _TEN_YEARS, 0)),
        "P10u": ("phone code as long as a card", between(NOW, NOW + YEAR, 0)),
        "P10v": ("card of 366 days and a second", between(NOW, NOW + YEAR + 1, 1)),
        "P10w": ("card of 10 years", between(NOW, NOW + _TEN_YEARS, 1)),
        "P10x": ("exp equal to iat", between(NOW + 30, NOW + 30, 0)),
        "P10y": ("exp a second before iat", between(NOW + 30, NOW + 29, 1)),
        "P10z": ("exp the least and iat the most", between(2**32 - 1, 0x10000, 1)),
    }
    return _signed("lifetime", rows)


def _sets() -> list[Vector]:
    rows = {
        "P10A": ("no exp", b"\xa3" + _IAT + _CTI + _CLASS),
        "P10B": ("no iat", b"\xa3" + _EXP + _CTI + _CLASS),
        "P10C": ("no cti", b"\xa4" + _EXP + _IAT + b"\x61a" + bstr(CTI) + _CLASS),
        "P10D": ("no class", b"\xa3" + _EXP + _IAT + _CTI),
        "P10E": ("an issuer", b"\xa5\x01\x61x" + payload()[1:]),
        "P10F": ("a not-before", b"\xa5" + _EXP + b"\x05" + u32(NOW - 30) + _IAT + _CTI + _CLASS),
        "P10G": ("a text key", payload(head=b"\xa5", tail=b"\x65admin\xf5")),
        "P10H": ("an array of the values", b"\x84" + _EXP[1:] + _IAT[1:] + _CTI[1:] + b"\x00"),
        "P10I": ("a text", b"\x78\x1e" + b"let me in please, thank you ok"),
        "P10J": ("none of the claims", b"\xa1\x18\x64" + bstr(bytes(20))),
        "P10K": ("a map within an array", b"\x81" + payload()),
        "P10L": ("the class under 65536 instead of -65537", b"\xa4" + _EXP + _IAT + _CTI + b"\x1a\0\1\0\0\0"),
    }
    return _signed("claims", rows)


def _ids() -> list[Vector]:
    rows = {
        "P11": ("cti of 15 bytes", payload(cti=bstr(CTI[:15]))),
        "P11b": ("cti of 17 bytes", payload(cti=bstr(CTI + b"\0"))),
        "P11c": ("cti of no bytes", payload(cti=b"\x40")),
        "P11d": ("cti as text", payload(cti=b"\x70" + b"0123456789abcdef")),
        "P11e": ("cti as an array", payload(cti=b"\x90" + bytes(16))),
        "P11f": ("cti null", payload(cti=b"\xf6")),
        "P11g": ("cti as a tagged UUID", payload(cti=b"\xd8\x25" + bstr(CTI))),
        "P11h": ("class 2, which nobody has", payload(number=b"\x02")),
        "P11i": ("class 23", payload(number=b"\x17")),
        "P11j": ("class 24", payload(number=b"\x18\x18")),
        "P11k": ("class -1", payload(number=b"\x20")),
        "P11l": ('class "3"', payload(number=b"\x613")),
        "P11m": ("class true, which equals card", payload(number=b"\xf5")),
        "P11n": ("class false, which equals phone", payload(number=b"\xf4")),
        "P11o": ("class 1.0, which equals card", payload(number=b"\xf9\x3c\x00")),
        "P11p": ("class -0.0, which equals phone", payload(number=b"\xf9\x80\x00")),
        "P11q": ("class null", payload(number=b"\xf6")),
        "P11r": ("class as a byte", payload(number=b"\x41\x01")),
        "P11s": ("class a bignum of 65 bits", payload(number=b"\xc2\x49\x01" + bytes(8))),
    }
    return _signed("claims", rows)


def _untimely() -> list[Vector]:
    ahead = text(token(payload(u32(NOW + 420), u32(NOW + 360))))
    edge = text(token(payload(u32(NOW + 361), u32(NOW + 301))))
    shown = text(token())
    return [
        Vector("P15", "revoked", shown, "revoked", revoked=(bytes(16), CTI)),
        Vector("P15b", "expired this second", shown, "expired", NOW + 30),
        Vector("P15c", "expired a second ago", shown, "expired", NOW + 31),
        Vector("P15d", "expired and revoked: expired comes first", shown, "expired", NOW + 31, (CTI,)),
        Vector("P15e", "issued six minutes from now", ahead, "not_yet"),
        Vector("P15f", "issued five minutes and a second from now", edge, "not_yet"),
        Vector(
            "P15g", "issued in the future and revoked: not yet comes first", edge, "not_yet", revoked=(CTI,)
        ),
    ]
