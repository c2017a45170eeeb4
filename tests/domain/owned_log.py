"""A log as its owner keeps it, for whoever watches it."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.log import Checkpoint, Frontier, leaf_hash, signed_checkpoint
from domain.note import LogKey, NoteKey
from domain.proof import Node, consistency_proof, subtree_root
from domain.witness import Head, Offer, reviewed

NOW_S = 1_795_000_000
ORIGIN = "office.example/log"


class Log:
    """A log as its owner keeps it: leaves, and a key under one name."""

    def __init__(self, origin: str = ORIGIN, leaves: Sequence[bytes] = ()) -> None:
        self.private = Ed25519PrivateKey.generate()
        self.origin = origin
        self.leaves = list(leaves)

    @property
    def note_key(self) -> NoteKey:
        return NoteKey(self.origin, self.private.public_key().public_bytes_raw())

    def key(self, not_before: int = NOW_S - 9, not_after: int = NOW_S + 9) -> LogKey:
        return LogKey(self.note_key, not_before, not_after)

    def note(self, size: int) -> bytes:
        frontier = Frontier()
        for leaf in self.leaves[:size]:
            frontier = frontier.appended(leaf_hash(leaf))
        return signed_checkpoint(Checkpoint(self.origin, size, frontier.root()), self.private)

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        def read(nodes: Sequence[Node]) -> dict[Node, bytes]:
            return {
                node: subtree_root(
                    [
                        leaf_hash(leaf)
                        for leaf in self.leaves[node.index << node.height : (node.index + 1) << node.height]
                    ]
                )
                for node in nodes
            }

        return consistency_proof(old, new, read)

    def offer(self, old: int, new: int) -> Offer:
        return Offer(self.note(new), self.proof(old, new) if old else ())

    def head(self, size: int) -> Head:
        found = reviewed(None, Offer(self.note(size), ()), [self.key()], NOW_S)
        assert isinstance(found, Head)
        return found


def leaves(count: int, of: str = "a") -> list[bytes]:
    return [f"{of}{number}".encode() for number in range(count)]
