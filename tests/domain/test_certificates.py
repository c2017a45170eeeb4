"""A certificate of erasing is a text that the log's key signed, and its leaf commits to every byte of it."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.certificate import Certificate, Line, certificate_leaf
from domain.note import NoteKey, opened_note

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = NoteKey("park.example/log", PRIVATE.public_key().public_bytes_raw())
LINES = (Line("passages", 3, "venue v", 86_400_000), Line("visitors", 1, "enterprise e", None))
MADE = Certificate("ref", "Park\nDistrict", "enterprise e", "purge", 0, 1_999, LINES)


def test_a_certificate_says_what_was_erased_line_by_line() -> None:
    text = opened_note(MADE.signed(KEY, PRIVATE), KEY)
    assert text.splitlines() == [
        "code-and-place/erased@v1",
        "log park.example/log",
        f"key {KEY.text}",
        "leaf ref",
        "operator Park District",
        "of enterprise e",
        "cause purge",
        "begun 1970-01-01T00:00:00Z",
        "ended 1970-01-01T00:00:01Z",
        "erased passages 3 venue v before 1970-01-02T00:00:00Z",
        "erased visitors 1 enterprise e all",
    ]


def test_the_leaf_has_sums_and_the_hash_of_the_whole_text() -> None:
    hashed = hashlib.sha256(b"note").hexdigest()
    told = f'{{"at_ms":7,"cause":"purge","certificate":"{hashed}","erased":{{"passages":3,"visitors":1}},'
    assert certificate_leaf(7, MADE, b"note") == f'{told}"of":"enterprise e","type":"purge","v":2}}'.encode()
