"""Builds visitor codes byte by byte, good and bad, without the code under test: the tests' own forger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import base45
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

STEPS = (
    *("foreign", "length_or_alphabet", "base45", "shape", "unprotected", "protected"),
    *("key_unknown", "key_dates", "signature"),
    *("not_canonical", "claims", "lifetime", "not_yet", "expired", "revoked"),
)
NOW = 1_795_262_400  # 2026-11-21T12:00:00Z
DAY = 86_400
YEAR = 366 * DAY
PHONE, CARD = 0, 1
CTI = bytes.fromhex("00112233445566778899aabbccddeeff")


def private_key(name: str) -> Ed25519PrivateKey:
    """A fixed private key by name; these sign test vectors and nothing else."""
    seed = hashlib.sha256(f"Code & Place test key: {name}".encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


MAIN, OLD, NEXT, GATE, LONG, STRANGER = (
    bytes.fromhex(k) for k in ("a1b2", "0001", "0002", "6761", "ffff", "c3d4")
)
NAMES = {MAIN: "main", OLD: "old", NEXT: "next", GATE: "gate", LONG: "long", STRANGER: "stranger"}
# What the verifier holds: the stranger's key is not in it.
KEYS = [
    {"kid": MAIN, "from": NOW - 90 * DAY, "to": NOW + 400 * DAY, "scope": "visitor"},
    {"kid": OLD, "from": NOW - 90 * DAY, "to": NOW - 1, "scope": "visitor"},
    {"kid": NEXT, "from": NOW + 1, "to": NOW + 90 * DAY, "scope": "visitor"},
    {"kid": GATE, "from": NOW - 90 * DAY, "to": NOW + 90 * DAY, "scope": "gate"},
    {"kid": LONG, "from": 0, "to": 2**32 - 1, "scope": "visitor"},
]


@dataclass(frozen=True)
class Vector:
    """One text, and the step of the design's order at which it must fail ("ok": none)."""

    id: str
    title: str
    text: str
    result: str
    now: int = NOW
    revoked: tuple[bytes, ...] = ()
    claims: dict[str, object] = field(default_factory=dict)

    def json(self) -> dict[str, object]:
        """The vector as the file holds it, with a verdict for each step."""
        failing = STEPS.index(self.result) if self.result != "ok" else len(STEPS)
        verdicts = [
            "pass" if n < failing else "fail" if n == failing else "not reached" for n in range(len(STEPS))
        ]
        value: dict[str, object] = {
            "id": self.id,
            "title": self.title,
            "text": self.text,
            "now": self.now,
            "revoked": [cti.hex() for cti in self.revoked],
            "expected": dict(zip(STEPS, verdicts, strict=True)),
            "result": self.result,
        }
        return value | ({"claims": self.claims} if self.result == "ok" else {})


def u32(value: int) -> bytes:
    """CBOR unsigned integer in four bytes."""
    return b"\x1a" + value.to_bytes(4, "big")


def bstr(raw: bytes) -> bytes:
    """CBOR byte string of at most 65,535 bytes, shortest head."""
    if len(raw) < 24:
        return bytes([0x40 + len(raw)]) + raw
    head = b"\x58" + bytes([len(raw)]) if len(raw) < 256 else b"\x59" + len(raw).to_bytes(2, "big")
    return head + raw


def payload(
    exp: bytes = u32(NOW + 30),
    iat: bytes = u32(NOW - 30),
    cti: bytes = bstr(CTI),
    number: bytes = b"\x00",
    head: bytes = b"\xa4",
    tail: bytes = b"",
) -> bytes:
    """The claims map from already encoded values; by default a good phone code of 60 s."""
    return head + b"\x04" + exp + b"\x06" + iat + b"\x07" + cti + b"\x3a\x00\x01\x00\x00" + number + tail


def protected(kid: bytes = MAIN, alg: bytes = b"\x27") -> bytes:
    """The protected header {1: alg, 4: kid}."""
    return b"\xa2\x01" + alg + b"\x04" + bstr(kid)


def to_be_signed(header: bytes, body: bytes, context: str = "Signature1", aad: bytes = b"") -> bytes:
    """RFC 9052 §4.4 Sig_structure."""
    text = bytes([0x60 + len(context)]) + context.encode()
    return b"\x84" + text + bstr(header) + bstr(aad) + bstr(body)


def token(
    body: bytes = b"",
    kid: bytes = MAIN,
    *,
    signer: str = "",
    header: bytes = b"",
    start: bytes = b"\xd2\x84",
    unprotected: bytes = b"\xa0",
    signature: bytes | None = None,
) -> bytes:
    """COSE_Sign1 around `body`; signed by the key of `kid` or of `signer`, unless a signature is given."""
    body, header = body or payload(), header or protected(kid)
    if signature is None:
        signature = private_key(signer or NAMES.get(kid, "main")).sign(to_be_signed(header, body))
    return start + bstr(header) + unprotected + bstr(body) + bstr(signature)


def text(raw: bytes) -> str:
    """The text that a QR would hold for these token bytes."""
    return "CP1:" + base45.b45encode(raw).decode("ascii")


def good(
    identity: str,
    title: str,
    *,
    exp: int = NOW + 30,
    iat: int = NOW - 30,
    number: int = PHONE,
    cti: bytes = CTI,
    kid: bytes = MAIN,
    now: int = NOW,
    revoked: tuple[bytes, ...] = (),
) -> Vector:
    """A vector that must be accepted with exactly these claims."""
    body = payload(u32(exp), u32(iat), bstr(cti), bytes([number]))
    claims: dict[str, object] = {
        "cti": cti.hex(), "class": number, "issued": iat, "expires": exp, "kid": kid.hex()
    }  # fmt: skip
    return Vector(identity, title, text(token(body, kid)), "ok", now, revoked, claims)
