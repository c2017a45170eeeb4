"""Small logs with all their proofs, to make good input from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.log import EMPTY_ROOT, Frontier, leaf_hash
from domain.proof import Node, consistency_proof, inclusion_proof, subtree_root


class Tree:
    """Three hundred leaves that begin with a word; a tree of another word is a fork of it."""

    def __init__(self, word: str) -> None:
        self.leaves = [f"{word} {n}".encode() for n in range(300)]
        self._hashes = [leaf_hash(leaf) for leaf in self.leaves]

    def root(self, size: int) -> bytes:
        """The root of the first `size` leaves."""
        frontier = Frontier()
        for value in self._hashes[:size]:
            frontier = frontier.appended(value)
        return frontier.root() if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """The proof that a leaf is among the first `size`."""
        return inclusion_proof(index, size, self._read)

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """The proof that the first `new` leaves begin with the first `old`."""
        return consistency_proof(old, new, self._read)

    def _read(self, nodes: Sequence[Node]) -> Mapping[Node, bytes]:
        return {
            node: subtree_root(self._hashes[node.index << node.height : (node.index + 1) << node.height])
            for node in nodes
        }
