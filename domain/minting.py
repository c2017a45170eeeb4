"""Making a visitor code, which takes a private key: gates verify codes (`domain.code`) and never mint."""

from __future__ import annotations

import base45
import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.code import (
    CLASS,
    CTI,
    CTI_BYTES,
    EXP,
    IAT,
    LIFETIME_LIMIT_S,
    PREFIX,
    CodeClass,
    protected_header,
    to_be_signed,
)


def minted(
    signing_key: Ed25519PrivateKey,
    kid: bytes,
    cti: bytes,
    code_class: CodeClass,
    issued: int,
    expires: int,
) -> str:
    """The text of a new code; ValueError if the claims could not be verified again."""
    if len(kid) != 2 or len(cti) != CTI_BYTES:
        raise ValueError("kid is 2 bytes and cti 16")
    if not 0x10000 <= issued < expires < 2**32:
        raise ValueError("issued and expires are 32-bit Unix seconds, expires the later one")
    if expires - issued > LIFETIME_LIMIT_S[code_class]:
        raise ValueError(f"a {code_class.name.lower()} code lives at most {LIFETIME_LIMIT_S[code_class]} s")
    protected = protected_header(kid)
    payload = _payload(cti, int(code_class), issued, expires)
    signature = signing_key.sign(to_be_signed(protected, payload))
    token = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))
    return PREFIX + str(base45.b45encode(token), "ascii")


def _payload(cti: bytes, number: int, issued: int, expires: int) -> bytes:
    return cbor2.dumps({EXP: expires, IAT: issued, CTI: cti, CLASS: number})
