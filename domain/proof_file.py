"""Proof files (C2SP tlog-proof v1): one text that shows a stranger that a leaf is in a signed log."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from domain.canonical import bytes_of_base64
from domain.errors import TamperedError
from domain.log import Checkpoint, leaf_hash, opened_checkpoint
from domain.note import NoteKey
from domain.proof import HASH_BYTES, is_included
from domain.wording import Sentence

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
_EXTRA = "extra "
# A tree of 2^63 leaves needs no more.
_HASHES_MOST = 63


@dataclass(frozen=True, slots=True)
class ProofFile:
    """What a proof file holds; `note` is the signed checkpoint, `extra` belongs to whoever wrote it."""

    index: int
    hashes: tuple[bytes, ...]
    note: bytes
    extra: bytes | None = None

    def text(self) -> bytes:
        """The file."""
        extra = [] if self.extra is None else [_EXTRA + _encoded(self.extra)]
        lines = [_HEADER, *extra, f"index {self.index}", *map(_encoded, self.hashes)]
        return "\n".join([*lines, "", ""]).encode() + self.note


def parsed_proof(text: bytes) -> ProofFile:
    """The proof that `ProofFile.text` wrote, nothing of it checked; TamperedError for any other text."""
    head, empty_line, note = text.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
        if lines.pop(0) != _HEADER or not empty_line:
            raise _damaged()
        extra = bytes_of_base64(lines.pop(0).removeprefix(_EXTRA)) if lines[0].startswith(_EXTRA) else None
        index = _INDEX.fullmatch(lines.pop(0))
        hashes = tuple(bytes_of_base64(line) for line in lines)
    except (ValueError, IndexError):
        raise _damaged() from None
    if index is None or len(hashes) > _HASHES_MOST or any(len(value) != HASH_BYTES for value in hashes):
        raise _damaged()
    return ProofFile(int(index[1]), hashes, note, extra)


def checked_proof(leaf: bytes, proof: ProofFile, key: NoteKey) -> Checkpoint:
    """The checkpoint, signed with `key`, whose tree holds the leaf; TamperedError when it is not shown."""
    checkpoint = opened_checkpoint(proof.note, key)
    if is_included(leaf_hash(leaf), proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        return checkpoint
    raise TamperedError(
        Sentence("The proof does not lead from the leaf to the root.", "证明无法由该叶推出日志的根。")
    )


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _damaged() -> TamperedError:
    return TamperedError(Sentence("This is no C2SP tlog-proof file.", "这不是 C2SP tlog-proof 证明文件。"))
