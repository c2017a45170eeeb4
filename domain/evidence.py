"""The evidence of one entry: a file with its leaf, the proof and the log's key, for anybody to check."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from domain.canonical import bytes_of_base64
from domain.errors import TamperedError
from domain.log import SALT_BYTES, Checkpoint, commitment
from domain.note import NoteKey, note_key
from domain.proof_file import checked_proof, parsed_proof
from domain.wording import Sentence

FORMAT = "code-and-place/evidence@v1"
_OPEN = {"format", "key", "leaf", "proof"}
_ALL = _OPEN | {"private", "salt"}


@dataclass(frozen=True, slots=True)
class Private:
    """The private record of an entry in its canonical bytes, and the salt of its commitment."""

    record: bytes
    salt: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """A leaf's bytes, the text of its tlog-proof, the key of the log, and who it was where that is told."""

    leaf: bytes
    proof: bytes
    key: NoteKey
    private: Private | None = None

    def text(self) -> bytes:
        """The file: JSON of exactly one spelling, so that no byte of it can be another."""
        value = {
            "format": FORMAT,
            "key": self.key.text,
            "leaf": self.leaf.decode("utf-8"),
            "proof": self.proof.decode("utf-8"),
        }
        if self.private is not None:
            value["private"] = self.private.record.decode("utf-8")
            value["salt"] = base64.b64encode(self.private.salt).decode("ascii")
        return f"{json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()


@dataclass(frozen=True, slots=True)
class Shown:
    """What an evidence file shows: the leaf is the `index`-th of the log of `checkpoint`."""

    leaf: bytes
    index: int
    checkpoint: Checkpoint
    key: NoteKey
    private: Private | None


def opened_evidence(text: bytes) -> Evidence:
    """The evidence that `Evidence.text` wrote, not checked yet; TamperedError for any other bytes."""
    try:
        value = json.loads(text.decode("utf-8"))
        if (
            not isinstance(value, dict)
            or value.keys() not in (_OPEN, _ALL)
            or not all(isinstance(part, str) for part in value.values())
        ):
            raise _damaged()
        evidence = Evidence(
            value["leaf"].encode(), value["proof"].encode(), note_key(value["key"]), _private(value)
        )
        if evidence.text() == text:  # which begins with our format
            return evidence
    except (ValueError, RecursionError):
        pass
    raise _damaged()


def checked_evidence(text: bytes, trusted: NoteKey | None = None) -> Shown:
    """What the file shows under the key that is trusted, else under its own; TamperedError if nothing."""
    evidence = opened_evidence(text)
    if trusted is not None and trusted != evidence.key:
        raise TamperedError(
            Sentence("The file was made with another key than the log's.", "文件所用的公钥不是该日志的公钥。")
        )
    proof = parsed_proof(evidence.proof)
    checkpoint = checked_proof(evidence.leaf, proof, evidence.key)
    if evidence.private is not None and not _is_committed(evidence.leaf, evidence.private):
        raise TamperedError(
            Sentence("The private record is not the one in the leaf.", "个人信息与日志中的承诺不符。")
        )
    return Shown(evidence.leaf, proof.index, checkpoint, evidence.key, evidence.private)


def _private(value: dict[str, str]) -> Private | None:
    if "private" not in value:
        return None
    return Private(value["private"].encode(), bytes_of_base64(value["salt"]))


def _is_committed(leaf: bytes, private: Private) -> bool:
    try:
        said = json.loads(leaf)["private"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return False
    if len(private.salt) != SALT_BYTES:
        return False
    return bool(base64.b64encode(commitment(private.record, private.salt)).decode("ascii") == said)


def _damaged() -> TamperedError:
    return TamperedError(
        Sentence(
            "This is no evidence file, or it was changed after it was made.",
            "这不是存证文件，或文件在生成后被改动。",
        )
    )
