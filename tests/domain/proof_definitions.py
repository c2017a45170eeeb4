"""RFC 6962's definitions of trees and proofs, word for word, for tests to compare with (§2.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.log import node_hash
from domain.proof import (
    Node,
    subtree_root,
)


def mth(hashes: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1."""
    if len(hashes) == 1:
        return hashes[0]
    k = _k(len(hashes))
    return node_hash(mth(hashes[:k]), mth(hashes[k:]))


def path(m: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962 §2.1.1."""
    if len(hashes) == 1:
        return []
    k = _k(len(hashes))
    if m < k:
        return [*path(m, hashes[:k]), mth(hashes[k:])]
    return [*path(m - k, hashes[k:]), mth(hashes[:k])]


def subproof(m: int, hashes: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2; PROOF(m, D) is SUBPROOF(m, D, true)."""
    if m == len(hashes):
        return [] if whole else [mth(hashes)]
    k = _k(len(hashes))
    if m <= k:
        return [*subproof(m, hashes[:k], whole), mth(hashes[k:])]
    return [*subproof(m - k, hashes[k:], False), mth(hashes[:k])]


def _k(size: int) -> int:
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def reading(hashes: Sequence[bytes]):
    """The nodes of a tree, from its leaves; a node outside of the tree is an error."""

    def read(nodes: Sequence[Node]) -> Mapping[Node, bytes]:
        found = {}
        for node in nodes:
            part = hashes[node.index << node.height : (node.index + 1) << node.height]
            assert len(part) == 1 << node.height
            found[node] = subtree_root(part)
        return found

    return read
