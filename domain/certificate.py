"""Certificates of what was erased: a signed text anybody can check offline, and its leaf in the log."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.canonical import canonical_json
from domain.note import NoteKey, signed_note

FORMAT = "code-and-place/erased@v1"
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Line:
    """How much was erased of one kind of data, on which node, and from before when (None: all of it)."""

    what: str
    count: int
    node: str
    before_ms: int | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """One run of erasing: by whom, of whose data, when, what, and under which leaf the log has it.

    `of` says whose: "site", or a kind of node and its id; no field names a person.
    """

    ref: str
    operator: str
    of: str
    cause: str
    begun_ms: int
    ended_ms: int
    lines: Sequence[Line]

    def text(self, key: NoteKey) -> str:
        """What is signed: lines of a word and its value."""
        told = [
            FORMAT,
            f"log {key.name}",
            f"key {key.text}",
            f"leaf {self.ref}",
            f"operator {_CONTROL.sub(' ', self.operator).strip()}",
            f"of {self.of}",
            f"cause {self.cause}",
            f"begun {_moment(self.begun_ms)}",
            f"ended {_moment(self.ended_ms)}",
            *(_said(line) for line in self.lines),
        ]
        return "".join(f"{line}\n" for line in told)

    def signed(self, key: NoteKey, private: Ed25519PrivateKey) -> bytes:
        """The certificate as a signed note (C2SP signed-note)."""
        return signed_note(self.text(key), key.name, private)


def certificate_leaf(at_ms: int, certificate: Certificate, note: bytes) -> bytes:
    """The leaf of a certificate: counts of what was erased, and the SHA-256 of the signed text."""
    counts: dict[str, int] = {}
    for line in certificate.lines:
        counts[line.what] = counts.get(line.what, 0) + line.count
    value = {"of": certificate.of, "cause": certificate.cause, "erased": counts}
    hashed = hashlib.sha256(note).hexdigest()
    return canonical_json({**value, "certificate": hashed, "v": 2, "type": "purge", "at_ms": at_ms})


def _said(line: Line) -> str:
    before = "all" if line.before_ms is None else f"before {_moment(line.before_ms)}"
    return f"erased {line.what} {line.count} {line.node} {before}"


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
