"""The log's mathematics: leaves without personal data, RFC 6962 hashing, and C2SP checkpoints."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.canonical import canonical_json
from domain.entry import Entry
from domain.entry_wire import entry_json, private_json
from domain.errors import TamperedError
from domain.gap import Gap, gap_json
from domain.note import NoteKey, opened_note, signed_note
from domain.wording import Sentence

SALT_BYTES = 32
# Origin, decimal size and base64 root; lines that a later version adds may follow (C2SP tlog-checkpoint).
_CHECKPOINT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([0-9A-Za-z+/]{43}=)\n")
EMPTY_ROOT = hashlib.sha256(b"").digest()


def commitment(private: bytes, salt: bytes) -> bytes:
    """SHA-256 of salt and private record: says nothing without the salt, and binds to both."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt is {SALT_BYTES} bytes")
    return hashlib.sha256(salt + private).digest()


def private_bytes(entry: Entry) -> bytes:
    """The canonical bytes of the entry's private record, as the commitment covers them."""
    return canonical_json(private_json(entry.private))


def entry_leaf(entry: Entry, salt: bytes) -> bytes:
    """The leaf of an entry: all of it but the private record, for which its commitment stands."""
    value = entry_json(entry)
    value["private"] = base64.b64encode(commitment(private_bytes(entry), salt)).decode("ascii")
    value["type"] = "entry"
    return canonical_json(value)


def gap_leaf(device: str, gap: Gap, received_ms: int) -> bytes:
    """The leaf that says which numbers of a gate's entries will not come, and why."""
    value = {**gap_json(gap), "v": 1, "type": "gap", "device": device, "received_ms": received_ms}
    return canonical_json(value)


def reopen_leaf(at_ms: int, origin: str, because: str, head: bytes, size: int) -> bytes:
    """The leaf by which a log goes on under another origin over a database that forgot some of it.

    It quotes the head that was signed last (b"" when that is lost too) and how many leaves were still there.
    """
    value = {"because": because, "head": head.decode("utf-8"), "origin": origin, "size": size}
    return canonical_json({**value, "v": 1, "type": "reopen", "at_ms": at_ms})


def disclosure_leaf(at_ms: int, account: str, entry: str, purpose: str, note: bytes = b"") -> bytes:
    """The leaf that says who took out the private record of an entry, and what for.

    `note` is the commitment to what was noted beside the purpose, if anything was.
    """
    value = {"account": account, "entry": entry, "purpose": purpose}
    if note:
        value["note"] = base64.b64encode(note).decode("ascii")
    return canonical_json({**value, "v": 1, "type": "disclosure", "at_ms": at_ms})


def key_leaf(at_ms: int, purpose: str, old: str, new: str) -> bytes:
    """The leaf that says which verifier key took the place of which; the new key signs it first."""
    value = {"purpose": purpose, "old": old, "new": new}
    return canonical_json({**value, "v": 1, "type": "key", "at_ms": at_ms})


def issuer_leaf(at_ms: int, kid: str, enterprise: str, change: str, by: str = "") -> bytes:
    """The leaf that says which key may sign visitors' codes from now on ("made") or no more ("withdrawn").

    `by` is the account that asked for it; without one it was the program by itself, or its console.
    """
    value = {"kid": kid, "enterprise": enterprise, "change": change, **({"by": by} if by else {})}
    return canonical_json({**value, "v": 1, "type": "issuer", "at_ms": at_ms})


def kiosk_leaf(at_ms: int, kiosk: str, change: str, entrance: str, venue: str, by: str = "") -> bytes:
    """The leaf that says at which entrance a kiosk stands from now on ("enrolled", "moved"), or "withdrawn".

    `by` is the account that did it; without one it was the kiosk with its enrolment code, or the program.
    """
    value = {"kiosk": kiosk, "change": change, "entrance": entrance, "venue": venue}
    return canonical_json({**value, **({"by": by} if by else {}), "v": 1, "type": "kiosk", "at_ms": at_ms})


def leaf_hash(leaf: bytes) -> bytes:
    """RFC 6962 §2.1: the hash of a leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 §2.1: the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: all that is needed to append leaves and to know the root.

    `peaks` are the roots of the perfect subtrees of `size`, largest first, one per bit set in it.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def appended(self, hashed_leaf: bytes) -> Frontier:
        """The tree with one more leaf."""
        peaks, size, carry = list(self.peaks), self.size, hashed_leaf
        while size & 1:
            carry = node_hash(peaks.pop(), carry)
            size >>= 1
        return Frontier(self.size + 1, (*peaks, carry))

    def root(self) -> bytes:
        """The Merkle tree hash of all leaves so far (RFC 6962 §2.1)."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's size and root as somebody signed them (C2SP tlog-checkpoint)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"


def signed_checkpoint(checkpoint: Checkpoint, signing_key: Ed25519PrivateKey) -> bytes:
    """The checkpoint as a signed note; the log's origin is the signer's name."""
    if checkpoint.size < 0 or len(checkpoint.root) != len(EMPTY_ROOT):
        raise ValueError("a size is not negative and a root has 32 bytes")
    return signed_note(checkpoint.text(), checkpoint.origin, signing_key)


def opened_checkpoint(note: bytes, key: NoteKey) -> Checkpoint:
    """The checkpoint that the log's key signed for the log of its name; TamperedError otherwise."""
    text = opened_note(note, key)
    # Other notes of the same key, a rule bundle for one, must not pass as a state of the log.
    if found := _CHECKPOINT.match(text):
        checkpoint = Checkpoint(found[1], int(found[2]), base64.b64decode(found[3]))
        if checkpoint.origin == key.name and checkpoint.text() == found[0]:
            return checkpoint
    raise TamperedError(Sentence("This is no checkpoint of the log.", "这不是该日志的检查点。"))
