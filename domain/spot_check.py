"""What a gate makes of the log's proof of one of its own entries: it is there as it was made, or why not."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from domain.canonical import SAFE_INTEGER, bytes_of_base64, canonical_json
from domain.log import Checkpoint, leaf_hash
from domain.proof import HASH_BYTES, is_included
from domain.witness import Why, parsed_proof_texts, proof_texts

_TEXT_MOST = 100_000
# What a gate keeps beside its entry, or of it for the server alone: none of it is in the leaf.
_NOT_IN_LEAF = frozenset(("counted", "private", "sealed"))


@dataclass(frozen=True, slots=True)
class ShownLeaf:
    """What a server shows of an entry: its leaf, where it stands under the head, and the proof.

    `salt` is that of its commitment, as `domain.sealed_entry.answered` sealed it for the gate that made the
    entry, or plain beside a record that nobody sealed; b"" where the record is forgotten. Without an `index`
    the entry is under no checkpoint yet.
    """

    id: str
    index: int | None = None
    leaf: bytes = b""
    hashes: tuple[bytes, ...] = ()
    salt: bytes = b""


def spotted(own: bytes, shown: ShownLeaf, head: Checkpoint, committed: bytes | None) -> Why | None:
    """Why an entry is not in the log as it was made; None when it is.

    `own` are the canonical bytes that were handed over, `committed` is the commitment to the private record
    (None where it cannot be known here any more). ValueError when `own` is no entry.
    """
    told = _commitment_in(shown.leaf)
    if told is None or own_leaf(own, told) != shown.leaf or committed not in (None, told):
        return Why.ALTERED
    index = -1 if shown.index is None else shown.index
    if not is_included(leaf_hash(shown.leaf), index, head.size, shown.hashes, head.root):
        return Why.UNPROVED
    return None


def own_leaf(own: bytes, committed: bytes) -> bytes:
    """The leaf that must be in the log for an entry as it was handed over, sealed or not."""
    value = json.loads(own)
    kept = {name: part for name, part in value.items() if name not in _NOT_IN_LEAF}
    private = base64.b64encode(committed).decode("ascii")
    return canonical_json({**kept, "v": 1, "private": private, "type": "entry"})


def shown_json(shown: ShownLeaf) -> dict[str, object]:
    """As it travels."""
    if shown.index is None:
        return {"id": shown.id, "index": None}
    return {
        "id": shown.id,
        "index": shown.index,
        "leaf": shown.leaf.decode("utf-8", "replace"),
        "hashes": proof_texts(shown.hashes),
        "salt": base64.b64encode(shown.salt).decode("ascii"),
    }


def parsed_shown(value: object) -> ShownLeaf | None:
    """What `shown_json` wrote; None for anything else, which shows nothing."""
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        return None
    identity, index = value["id"], value.get("index")
    if index is None:
        return ShownLeaf(identity)
    leaf, salt = value.get("leaf"), value.get("salt")
    hashes = parsed_proof_texts(value.get("hashes"))
    if type(index) is not int or not 0 <= index <= SAFE_INTEGER or hashes is None:
        return None
    if not isinstance(leaf, str) or not isinstance(salt, str) or max(len(leaf), len(salt)) > _TEXT_MOST:
        return None
    try:
        return ShownLeaf(identity, index, leaf.encode(), hashes, bytes_of_base64(salt))
    except ValueError:  # a lone surrogate, or another spelling
        return None


def _commitment_in(leaf: bytes) -> bytes | None:
    try:
        told = bytes_of_base64(json.loads(leaf)["private"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return told if len(told) == HASH_BYTES else None
