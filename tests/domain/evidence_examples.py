"""A log of eleven leaves, the proof of one of them, and its evidence file."""

from __future__ import annotations

import dataclasses

from domain.evidence import Evidence, Private
from domain.log import Checkpoint, entry_leaf, leaf_hash, private_bytes, signed_checkpoint
from domain.note import NoteKey
from domain.proof import inclusion_proof
from domain.proof_file import ProofFile
from tests.domain.entry_examples import ENTRY
from tests.domain.proof_definitions import mth, reading
from tests.domain.visitor_code_attack import private_key

ORIGIN = "park.example/log"
SIGNING = private_key("log")
KEY = NoteKey(ORIGIN, SIGNING.public_key().public_bytes_raw())
SALT = bytes(range(32))
LEAF = entry_leaf(ENTRY, SALT)
AT, SIZE = 5, 11
HASHES = [leaf_hash(LEAF if n == AT else f"leaf {n}".encode()) for n in range(SIZE)]
HEAD = Checkpoint(ORIGIN, SIZE, mth(HASHES))
PROOF = ProofFile(AT, inclusion_proof(AT, SIZE, reading(HASHES)), signed_checkpoint(HEAD, SIGNING))
EVIDENCE = Evidence(LEAF, PROOF.text(), KEY)
TOLD = dataclasses.replace(EVIDENCE, private=Private(private_bytes(ENTRY), SALT))


def altered(value: bytes):
    """Every position: bits of the byte flipped, another byte of the alphabet, gone, and one more after it."""
    for at, byte in enumerate(value):
        for other in {byte ^ 1, byte ^ 0x20, byte ^ 0x80, b"Aa"[byte == 65]} - {byte}:
            yield value[:at] + bytes([other]) + value[at + 1 :]
        yield value[:at] + value[at + 1 :]
        yield value[: at + 1] + b" " + value[at + 1 :]
