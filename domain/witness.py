"""What a witness makes of a head of the log: it goes on from the one that was kept, or why it does not."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.canonical import bytes_of_base64
from domain.errors import TamperedError
from domain.log import Checkpoint, opened_checkpoint
from domain.note import LogKey, NoteKey
from domain.proof import HASH_BYTES, is_consistent
from domain.wording import Sentence

# A consistency proof has at most one hash for each level, and one more (RFC 9162 §2.1.4.1).
HASHES_MOST = 64


@dataclass(frozen=True, slots=True)
class Head:
    """A head that was checked: its note, what the note says, and the key that signed it."""

    note: bytes
    checkpoint: Checkpoint
    key: NoteKey


@dataclass(frozen=True, slots=True)
class Offer:
    """What a log shows for its newest head; `proof` is None where none came, b"" is no head at all."""

    note: bytes
    proof: tuple[bytes, ...] | None


class Why(StrEnum):
    """Why a head is refused. Values travel and are stored: never rename, only add."""

    WITHHELD = "withheld"
    UNSIGNED = "unsigned"
    SHORTER = "shorter"
    FORKED = "forked"
    RENAMED = "renamed"
    MISSING = "missing"
    ALTERED = "altered"
    UNPROVED = "unproved"


WHY_SENTENCES: dict[Why, Sentence] = {
    Why.WITHHELD: Sentence("It shows no head, or no proof for it.", "未出示日志头或其一致性证明。"),
    Why.UNSIGNED: Sentence("No key that signs now has signed it.", "日志头不是由当前有效的密钥签署。"),
    Why.SHORTER: Sentence("It is shorter than the one seen before.", "日志比此前见过的短。"),
    Why.FORKED: Sentence("It does not go on from the one seen before.", "日志不是此前所见日志的延续。"),
    Why.RENAMED: Sentence(
        "It has another name and lacks entries that were seen before.",
        "日志更换了名称，且缺少此前见过的记录。",
    ),
    Why.MISSING: Sentence(
        "It lacks an entry of this gate that the server said it had taken.",
        "日志中缺少一条服务器称已接收的本终端记录。",
    ),
    Why.ALTERED: Sentence(
        "It holds an entry of this gate with other contents than this gate made.",
        "日志中的一条本终端记录与终端生成时的内容不同。",
    ),
    Why.UNPROVED: Sentence(
        "It does not prove that it holds an entry of this gate.",
        "日志无法证明其中包含一条本终端记录。",
    ),
}


def reviewed(kept: Head | None, offer: Offer, keys: Sequence[LogKey], now_s: int) -> Head | Why:
    """The head to keep from now on, or why the one that is offered is refused.

    Without a head that was kept the first good one counts. The note that was kept is good for ever, whatever
    became of its key; any other must be signed by a key that signs now. A log may get another name, but no
    name lets it lose what was seen of it.
    """
    if kept is not None and offer.note == kept.note:
        return kept
    if not offer.note:
        return Why.WITHHELD
    head = _opened(offer.note, keys, now_s)
    if head is None:
        return Why.UNSIGNED
    if kept is None or not kept.checkpoint.size:
        return head
    return _compared(kept.checkpoint, head, offer.proof)


def _compared(old: Checkpoint, head: Head, proof: tuple[bytes, ...] | None) -> Head | Why:
    new = head.checkpoint
    if proof is not None and is_consistent(old.size, old.root, new.size, new.root, proof):
        return head
    if new.origin != old.origin:
        return Why.RENAMED
    if new.size < old.size:
        return Why.SHORTER
    if proof is None and new.size > old.size:
        return Why.WITHHELD
    return Why.FORKED


def _opened(note: bytes, keys: Sequence[LogKey], now_s: int) -> Head | None:
    for one in keys:
        if one.signs_at(now_s):
            try:
                return Head(note, opened_checkpoint(note, one.key), one.key)
            except TamperedError:
                continue
    return None


def proof_texts(proof: Sequence[bytes]) -> list[str]:
    """A consistency proof as it travels: base64, one text for each hash."""
    return [base64.b64encode(value).decode("ascii") for value in proof]


def parsed_proof_texts(value: object) -> tuple[bytes, ...] | None:
    """The proof that `proof_texts` wrote; None for anything else."""
    if not isinstance(value, list) or len(value) > HASHES_MOST:
        return None
    found: list[bytes] = []
    for text in value:
        try:
            raw = bytes_of_base64(text) if isinstance(text, str) else b""
        except ValueError:
            return None
        if len(raw) != HASH_BYTES:
            return None
        found.append(raw)
    return tuple(found)
