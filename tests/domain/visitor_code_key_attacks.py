"""Vectors P7 and P8: codes under other keys, and other signatures under our key."""

from __future__ import annotations

from tests.domain.visitor_code_attack import (
    GATE,
    LONG,
    MAIN,
    NEXT,
    NOW,
    OLD,
    STRANGER,
    Vector,
    bstr,
    payload,
    private_key,
    protected,
    text,
    to_be_signed,
    token,
)

_SIGNATURE = token()[-64:]
_GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


def key_attacks() -> list[Vector]:
    """All of them, in the order of their ids."""
    return [*_keys(), *_signatures()]


def _protected(identity: str, title: str, header: bytes) -> Vector:
    return Vector(identity, title, text(token(header=header)), "protected")


def _keys() -> list[Vector]:
    return [
        Vector("P7", "kid of another enterprise, signed by it", text(token(kid=STRANGER)), "key_unknown"),
        Vector(
            "P7b",
            "unknown kid, signed by our key",
            text(token(kid=b"\x00\x00", signer="main")),
            "key_unknown",
        ),
        Vector("P7c", "kid of a key with the scope gate, signed by it", text(token(kid=GATE)), "key_unknown"),
        Vector("P7d", "key that ended a second ago", text(token(kid=OLD)), "key_dates"),
        Vector("P7e", "key that begins in a second", text(token(kid=NEXT)), "key_dates"),
        _protected("P7f", "kid of three bytes", protected(MAIN + b"\x00")),
        _protected("P7g", "kid of one byte", protected(MAIN[:1])),
        _protected("P7h", "kid as text", b"\xa2\x01\x27\x04\x62ab"),
        _protected("P7i", "kid of no bytes", protected(b"")),
        Vector(
            "P7j", "key_dates come before the signature", text(token(kid=OLD, signer="stranger")), "key_dates"
        ),
    ]


def _signatures() -> list[Vector]:
    body, header, main = payload(), protected(), private_key("main")
    s = int.from_bytes(_SIGNATURE[32:], "little") + _GROUP_ORDER
    signed = {
        "P8": ("another key under our kid", private_key("stranger").sign(to_be_signed(header, body))),
        "P8b": ("signature over the payload alone", main.sign(body)),
        "P8c": (
            "context Signature instead of Signature1",
            main.sign(to_be_signed(header, body, "Signature")),
        ),
        "P8d": ("context CounterSignature", main.sign(to_be_signed(header, body, "CounterSignature"))),
        "P8e": ("external data in the signature", main.sign(to_be_signed(header, body, aad=b"gate"))),
        "P8f": (
            "signature under another kid of the same bundle",
            main.sign(to_be_signed(protected(LONG), body)),
        ),
        "P8g": (
            "the same signature with the group order added to S",
            _SIGNATURE[:32] + s.to_bytes(32, "little"),
        ),
        "P8h": ("last bit of S flipped", _SIGNATURE[:-1] + bytes([_SIGNATURE[-1] ^ 1])),
        "P8i": ("first bit of R flipped", bytes([_SIGNATURE[0] ^ 0x80]) + _SIGNATURE[1:]),
        "P8j": ("halves swapped", _SIGNATURE[32:] + _SIGNATURE[:32]),
        "P8k": ("neutral point and zero", b"\x01" + bytes(63)),
    }
    vectors = [
        Vector(i, title, text(token(signature=raw)), "signature") for i, (title, raw) in signed.items()
    ]
    later = payload(exp=b"\x1a" + (NOW + 31).to_bytes(4, "big"))
    return [
        *vectors,
        Vector(
            "P8l",
            "exp moved by a second under the old signature",
            text(token(later, signature=_SIGNATURE)),
            "signature",
        ),
        Vector(
            "P8m",
            "detached payload",
            text(b"\xd2\x84" + bstr(header) + b"\xa0\xf6" + bstr(_SIGNATURE) + bytes(40)),
            "shape",
        ),
        Vector(
            "P8n",
            "kid changed under the old signature",
            text(token(header=protected(LONG), signature=_SIGNATURE)),
            "signature",
        ),
    ]
