"""Vectors P1 to P6: tokens without a signature, wrapped, with bytes left over, or with other headers."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.domain.visitor_code_attack import (
    MAIN,
    Vector,
    bstr,
    payload,
    private_key,
    protected,
    text,
    to_be_signed,
    token,
)

GOOD = text(token())
_SIGNATURE = token()[-64:]


def frame_attacks() -> list[Vector]:
    """All of them, in the order of their ids."""
    return [*_unsigned(), *_wrapped(), *_left_over(), *_headers(), *_algorithms()]


def _shape(identity: str, title: str, raw: bytes) -> Vector:
    return Vector(identity, title, text(raw), "shape")


def _unsigned() -> list[Vector]:
    padded = payload(head=b"\xa5", tail=b"\x18\x64" + bstr(bytes(75)))
    return [
        Vector("P1", "the claims map alone, too short for a code", text(payload()), "length_or_alphabet"),
        _shape("P1b", "the claims map alone, padded with a claim to the right length", padded),
        _shape("P1c", "COSE_Sign1 array without its tag", token()[1:]),
        _shape("P1d", "claims map under tag 18", b"\xd2" + padded),
        _shape("P1e", "empty signature", token(payload(tail=bytes(60)), signature=b"")),
        Vector("P1f", "signature of 64 zero bytes", text(token(signature=bytes(64))), "signature"),
        _shape("P1g", "array of 3, no signature at all", b"\xd2\x83" + token()[2:-66] + bytes(60)),
        _shape("P1h", "COSE_Mac0 tag 17", b"\xd1" + token()[1:]),
        _shape("P1i", "COSE_Sign tag 98", b"\xd8\x62" + token()[1:]),
    ]


def _wrapped() -> list[Vector]:
    return [
        _shape("P2", "CWT tag 61 around the good token", b"\xd8\x3d" + token()),
        _shape("P2b", "CWT tag 61 around a padded claims map", b"\xd8\x3d" + payload(tail=bytes(75))),
        _shape("P2c", "self-described CBOR tag 55799 around the good token", b"\xd9\xd9\xf7" + token()),
        Vector("P2d", "signed: tag 61 around the claims", text(token(b"\xd8\x3d" + payload())), "claims"),
        Vector(
            "P2e",
            "signed: claims as encoded CBOR in a byte string",
            text(token(b"\xd8\x18" + bstr(payload()))),
            "claims",
        ),
        _shape("P2f", "tag 18 twice", b"\xd2" + token()),
        _shape("P3", "a0 and junk", b"\xa0" + bytes(range(115))),
        _shape("P3b", "D2 and junk", b"\xd2" + bytes(range(115))),
        _shape("P3c", "D2 84 and junk", b"\xd2\x84" + bytes(range(114))),
        _shape(
            "P3d", "D2 84, protected header cut short by a lying length", b"\xd2\x84\x58\xff" + token()[3:]
        ),
        _shape("P3e", "junk before the good token", b"\x00" + token()),
    ]


def _left_over() -> list[Vector]:
    return [
        _shape("P4", "one zero byte after the good token", token() + b"\x00"),
        _shape("P4b", "three bytes after the good token", token() + b"abc"),
        _shape("P4c", "array of 5 with a null behind", b"\xd2\x85" + token()[2:] + b"\xf6"),
        Vector("P4d", "two good tokens in a row", text(token() * 2), "length_or_alphabet"),
        Vector(
            "P4e", "signed: a byte after the claims map", text(token(payload() + b"\x00")), "not_canonical"
        ),
        Vector("P4f", "signed: the claims map twice", text(token(payload() * 2)), "not_canonical"),
        _shape("P4g", "one byte missing", token()[:-1]),
        _shape("P4h", "signature of 65 bytes", token(signature=_SIGNATURE + b"\x00")),
        _shape("P4i", "signature of 63 bytes", token(signature=_SIGNATURE[:-1])),
        Vector("P4j", "line feed after the good text", GOOD + "\n", "length_or_alphabet"),
        Vector("P4k", "space after the good text", GOOD + " ", "base45"),
    ]


def _headers() -> list[Vector]:
    odd = {
        "P5": ("kid again in the unprotected header", b"\xa1\x04" + bstr(MAIN)),
        "P5b": ("alg ES256 in the unprotected header", b"\xa1\x01\x26"),
        "P5c": ("empty map of indefinite length", b"\xbf\xff"),
        "P5d": ("empty map with a long head", b"\xb8\x00"),
        "P5e": ("null for the empty map", b"\xf6"),
        "P5f": ("empty array for the empty map", b"\x80"),
        "P5g": ("unknown text label", b"\xa1\x61x\x01"),
        "P5h": ("tagged empty map", b"\xc6\xa0"),
    }
    return [
        Vector(i, f"unprotected: {title}", text(token(unprotected=raw)), "unprotected")
        for i, (title, raw) in odd.items()
    ]


def _protected(identity: str, title: str, header: bytes, **more: bytes) -> Vector:
    return Vector(identity, title, text(token(header=header, **more)), "protected")


def _algorithms() -> list[Vector]:
    body = payload()
    public = private_key("main").public_key().public_bytes_raw()
    hmac_header, es256_header = protected(alg=b"\x07"), protected(alg=b"\x26")
    mac = hmac.new(public, to_be_signed(hmac_header, body), hashlib.sha512).digest()
    short_mac = hmac.new(
        public, b"\x84\x64MAC0" + bstr(protected(alg=b"\x05")) + b"\x40" + bstr(body), hashlib.sha256
    )
    return [
        Vector(
            "P6",
            "alg moved to the unprotected header",
            text(token(header=b"\xa1\x04" + bstr(MAIN), unprotected=b"\xa1\x01\x27")),
            "unprotected",
        ),
        _protected("P6b", "alg ES256 named, signed with Ed25519", es256_header),
        _protected(
            "P6c",
            "alg ES256, signed with a P-256 key",
            es256_header,
            signature=_es256(to_be_signed(es256_header, body)),
        ),
        _protected("P6d", "no alg at all", b"\xa1\x04" + bstr(MAIN)),
        _protected("P6e", "alg null", protected(alg=b"\xf6")),
        _protected("P6f", "alg HMAC 512/512 keyed with the public key", hmac_header, signature=mac),
        _shape(
            "P6g",
            "COSE_Mac0 with HMAC 256 keyed with the public key",
            b"\xd1\x84"
            + bstr(protected(alg=b"\x05"))
            + b"\xa0"
            + bstr(body + bytes(30))
            + bstr(short_mac.digest()),
        ),
        _protected("P6h", "alg 0 (reserved)", protected(alg=b"\x00")),
        _protected("P6i", "alg as text", protected(alg=b"\x65EdDSA")),
        _protected("P6j", "alg -19, the other number of Ed25519 (RFC 9864)", protected(alg=b"\x32")),
        _protected("P6k", "alg -8 in two bytes", protected(alg=b"\x38\x07")),
        _protected("P6l", "protected header empty", b"\xa0"),
        _protected("P6m", "kid before alg", b"\xa2\x04" + bstr(MAIN) + b"\x01\x27"),
        _protected("P6n", "an extra critical header", b"\xa3\x01\x27\x02\x81\x04\x04" + bstr(MAIN)),
        _protected("P6o", "alg twice", b"\xa3\x01\x27\x01\x27\x04" + bstr(MAIN)),
        _shape("P6p", "protected header with a long head", b"\xd2\x84\x58\x07" + token()[3:]),
        Vector("P6q", "protected header as zero bytes", text(b"\xd2\x84\x40" + token()[10:]), "protected"),
    ]


def _es256(message: bytes) -> bytes:
    number = int.from_bytes(hashlib.sha256(b"Code & Place test key: P-256").digest(), "big")
    key = ec.derive_private_key(number >> 1, ec.SECP256R1())
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")
