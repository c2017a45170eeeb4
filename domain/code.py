"""The visitor code: `CP1:` + base45 of one COSE_Sign1 CWT with exactly one valid encoding.

Design §3; RFC 9052 (COSE_Sign1), RFC 8392 (CWT claims), RFC 9285 (base45), RFC 8949 §4.2 (one encoding):

    D2 84 | 47 A2 01 27 04 42 <kid 2> | A0 | 58 25 <payload 37> | 58 40 <signature 64>     116 bytes
    payload  A4 | 04 1A <exp u32> | 06 1A <iat u32> | 07 50 <cti 16> | 3A 00010000 <class 0..23>

Nothing is parsed before the step before it passed: the bytes outside the signature are compared, not
interpreted, and no CBOR decoder sees a byte that was not signed by us.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import base45
import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PREFIX = "CP1:"
SCOPE = "visitor"
CTI_BYTES = 16
PHONE_LIFETIME_S = 60
CARD_LIFETIME_S = 366 * 86_400
ISSUED_AHEAD_S = 300

_TEXT = re.compile(r"CP1:[0-9A-Z $%*+\-./:]{146,236}")  # 150 to 240 characters in all
EXP, IAT, CTI, CLASS = 4, 6, 7, -65_537
"""The claims' keys: RFC 8392 §3.1, and a private one."""
_SIGNATURE_BYTES = 64


class CodeClass(IntEnum):
    """What carries the code: a phone that renews it, or paper that cannot."""

    PHONE = 0
    CARD = 1


LIFETIME_LIMIT_S = {CodeClass.PHONE: PHONE_LIFETIME_S, CodeClass.CARD: CARD_LIFETIME_S}


class CodeFault(StrEnum):
    """Why a text is not a good visitor code, in the order in which it is found out."""

    FOREIGN = "foreign"
    LENGTH_OR_ALPHABET = "length_or_alphabet"
    BASE45 = "base45"
    SHAPE = "shape"
    UNPROTECTED = "unprotected"
    PROTECTED = "protected"
    KEY_UNKNOWN = "key_unknown"
    KEY_DATES = "key_dates"
    SIGNATURE = "signature"
    NOT_CANONICAL = "not_canonical"
    CLAIMS = "claims"
    LIFETIME = "lifetime"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OTHERS_KEY = "others_key"


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A public key that may sign codes of one scope between two times (Unix seconds).

    `owner` is the enterprise for whose visitors alone it signs, "" for those of all.
    """

    kid: bytes
    public: bytes
    not_before: int
    not_after: int
    scope: str = SCOPE
    owner: str = ""


@dataclass(frozen=True, slots=True)
class VisitorCode:
    """The claims of a verified code; times in Unix seconds. `owner` is that of the key which signed it."""

    cti: bytes
    code_class: CodeClass
    issued: int
    expires: int
    kid: bytes
    owner: str = ""

    def is_of(self, owner: str) -> bool:
        """Whether the key may sign for visitors of this enterprise; where one is not told ("") it may."""
        return not self.owner or not owner or self.owner == owner


def verified(
    text: str,
    keys: Iterable[VerifyingKey],
    now: int,
    is_revoked: Callable[[bytes], bool] = lambda cti: False,
) -> VisitorCode | CodeFault:
    """The code's claims, or the first step of the design's order that it fails; never raises.

    `now` is Unix seconds by the clock the caller trusts; `is_revoked` is asked last, with the cti.
    """
    code = genuine(text, keys, now)
    return code if isinstance(code, CodeFault) else _timely(code, now, is_revoked)


def genuine(text: str, keys: Iterable[VerifyingKey], now: int) -> VisitorCode | CodeFault:
    """The claims of a code that we signed, over or withdrawn though it may be by now; never raises."""
    token = _token(text)
    if isinstance(token, CodeFault):
        return token
    parts = _parts(token)
    if isinstance(parts, CodeFault):
        return parts
    protected, payload, signature = parts
    kid = protected[-2:]
    if protected != protected_header(kid):
        return CodeFault.PROTECTED
    key = _signed_by(kid, protected, payload, signature, keys, now)
    return key if isinstance(key, CodeFault) else _claims(payload, key)


def _token(text: str) -> bytes | CodeFault:
    if not text.startswith(PREFIX):
        return CodeFault.FOREIGN
    if not _TEXT.fullmatch(text):
        return CodeFault.LENGTH_OR_ALPHABET
    body = text[len(PREFIX) :]
    try:
        token = base45.b45decode(body)
    except ValueError:
        return CodeFault.BASE45
    # b45decode is lenient in places; one token must have one text.
    return bytes(token) if base45.b45encode(token).decode("ascii") == body else CodeFault.BASE45


def _parts(token: bytes) -> tuple[bytes, bytes, bytes] | CodeFault:
    """Protected, payload and signature bytes of tag 18 [bstr, {}, bstr, bstr] with nothing behind it."""
    if token[:2] != b"\xd2\x84":
        return CodeFault.SHAPE
    protected, at = _byte_string(token, 2)
    if protected is None:
        return CodeFault.SHAPE
    if token[at : at + 1] != b"\xa0":
        return CodeFault.UNPROTECTED
    payload, at = _byte_string(token, at + 1)
    if payload is None:
        return CodeFault.SHAPE
    signature, at = _byte_string(token, at)
    if signature is None or len(signature) != _SIGNATURE_BYTES or at != len(token):
        return CodeFault.SHAPE
    return protected, payload, signature


def _byte_string(token: bytes, at: int) -> tuple[bytes | None, int]:
    """The byte string (≤ 255 bytes, shortest form, RFC 8949 §4.2.1) at a place, and the place after it."""
    head = token[at : at + 2]
    if len(head) == 2 and 0x40 <= head[0] <= 0x57:
        length, start = head[0] - 0x40, at + 1
    elif len(head) == 2 and head[0] == 0x58 and head[1] >= 24:
        length, start = head[1], at + 2
    else:
        return None, at
    end = start + length
    return (token[start:end], end) if end <= len(token) else (None, at)


def _signed_by(
    kid: bytes,
    protected: bytes,
    payload: bytes,
    signature: bytes,
    keys: Iterable[VerifyingKey],
    now: int,
) -> VerifyingKey | CodeFault:
    key = next((key for key in keys if key.kid == kid and key.scope == SCOPE), None)
    if key is None:
        return CodeFault.KEY_UNKNOWN
    if not key.not_before <= now <= key.not_after:
        return CodeFault.KEY_DATES
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, to_be_signed(protected, payload))
    except (InvalidSignature, ValueError):
        return CodeFault.SIGNATURE
    return key


def _claims(payload: bytes, key: VerifyingKey) -> VisitorCode | CodeFault:
    """The claims of a signed payload; the frame around it was compared byte by byte already."""
    try:
        claims = cbor2.loads(payload)
        again = cbor2.dumps(claims, canonical=True)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError):
        return CodeFault.NOT_CANONICAL
    if again != payload:
        return CodeFault.NOT_CANONICAL
    if not isinstance(claims, dict) or set(claims) != {EXP, IAT, CTI, CLASS}:
        return CodeFault.CLAIMS
    # 4.0 and Decimal(4) are the key 4 to a dict, and would be a second encoding of the same claims.
    if any(type(name) is not int for name in claims):
        return CodeFault.CLAIMS
    exp, iat, cti, number = (claims[name] for name in (EXP, IAT, CTI, CLASS))
    # `type(...) is`: a bool is an int to isinstance, and True must not pass as class 1.
    if type(exp) is not int or type(iat) is not int or type(number) is not int or type(cti) is not bytes:
        return CodeFault.CLAIMS
    # Below 0x10000 the deterministic encoding would be shorter than the u32 of the layout.
    if not (0x10000 <= exp < 2**32 and 0x10000 <= iat < 2**32) or len(cti) != CTI_BYTES:
        return CodeFault.CLAIMS
    if number not in LIFETIME_LIMIT_S:
        return CodeFault.CLAIMS
    return VisitorCode(cti, CodeClass(number), iat, exp, key.kid, key.owner)


def _timely(code: VisitorCode, now: int, is_revoked: Callable[[bytes], bool]) -> VisitorCode | CodeFault:
    if not 0 < code.expires - code.issued <= LIFETIME_LIMIT_S[code.code_class]:
        return CodeFault.LIFETIME
    if code.issued > now + ISSUED_AHEAD_S:
        return CodeFault.NOT_YET
    if code.expires <= now:
        return CodeFault.EXPIRED
    return CodeFault.REVOKED if is_revoked(code.cti) else code


def protected_header(kid: bytes) -> bytes:
    """The only header that a code has."""
    return b"\xa2\x01\x27\x04\x42" + kid  # {1: -8 (EdDSA), 4: kid}, RFC 9052 §3.1


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """What the signature is over."""
    return cbor2.dumps(["Signature1", protected, b"", payload])  # RFC 9052 §4.4 Sig_structure
