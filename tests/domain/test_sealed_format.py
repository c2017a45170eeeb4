"""The form of a sealed entry, opened here by the book and without the code that made it (docs/formats.md)."""

from __future__ import annotations

import base64
import json

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.canonical import canonical_json
from domain.entry_wire import private_json
from domain.sealed_entry import Counted, SealingKey, Session, is_sealed
from tests.domain.entry_examples import ENTRY

SERVER = X25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = SERVER.public_key().public_bytes_raw()


def test_the_box_is_what_the_format_says():
    """X25519, HKDF-SHA-256 salted with both public keys, AES-256-GCM bound to id, device, number and key."""
    sealed = json.loads(
        Session(SealingKey("kéy", PUBLIC), b"s" * 32).body(ENTRY, Counted(4, "w", "v"), b"n" * 12)
    )
    assert sealed["sealed"]["kid"] == "kéy"
    assert (sealed["v"], "private" in sealed) == (2, False)
    epk, box = (base64.b64decode(sealed["sealed"][name]) for name in ("epk", "box"))
    info = "codeplace entry v2|kéy".encode()
    shared = SERVER.exchange(X25519PublicKey.from_public_bytes(epk))
    key = HKDF(SHA256(), 32, salt=epk + PUBLIC, info=info).derive(shared)
    bound = f"{ENTRY.id}|k-north-1|7|kéy".encode()
    padded = AESGCM(key).decrypt(box[:12], box[12:], bound)
    private = canonical_json(private_json(ENTRY.private))
    assert box[:12] == b"n" * 12
    assert len(padded) % 128 == 0
    assert padded == private + b" " * (-len(private) % 128)


def test_what_the_gate_counts_by_stands_outside():
    sealed = json.loads(Session(SealingKey("a", PUBLIC), b"s" * 32).body(ENTRY, Counted(4), b"n" * 12))
    assert sealed["counted"] == {"people": 4, "vehicle": "", "whose": ""}


def test_only_an_object_with_a_sealed_part_is_sealed():
    assert is_sealed({"sealed": None})
    for value in ({}, {"seal": 1}, ["sealed"], "sealed", None, 5):
        assert not is_sealed(value)
