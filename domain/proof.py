"""Proofs that a leaf is in the log and that the log only grew: made from subtrees, checked by hashing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.log import node_hash

HASH_BYTES = 32
# Go's golang.org/x/mod/sumdb/tlog never ends on a tree of more than 2^62 leaves: no reader of ours sees one.
SIZE_LIMIT = 2**62


@dataclass(frozen=True, slots=True)
class Node:
    """A perfect subtree: that of the leaves from `index << height`, `1 << height` of them."""

    height: int
    index: int


NodeReader = Callable[[Sequence[Node]], Mapping[Node, bytes]]
_Range = tuple[int, int]


def peaks_of(size: int) -> tuple[Node, ...]:
    """The perfect subtrees of a tree, largest first: those whose hashes `Frontier.peaks` are."""
    return _perfect((0, size))


def inclusion_proof(index: int, size: int, read: NodeReader) -> tuple[bytes, ...]:
    """The hashes that lead from leaf `index` to the root of the first `size` leaves (RFC 6962 §2.1.1)."""
    if not 0 <= index < size:
        raise ValueError("a leaf is proved in a tree that holds it")
    low, high = 0, size
    beside: list[_Range] = []
    while high - low > 1:
        split = low + _half(high - low)
        if index < split:
            beside.append((split, high))
            high = split
        else:
            beside.append((low, split))
            low = split
    return _read(beside, read)


def consistency_proof(old: int, new: int, read: NodeReader) -> tuple[bytes, ...]:
    """The hashes that show a tree of `old` leaves in one of `new` (RFC 6962 §2.1.2)."""
    if not 0 < old <= new:
        raise ValueError("a log grows from a size above nothing")
    low, high = 0, new
    beside: list[_Range] = []
    while high != old:
        split = low + _half(high - low)
        if old <= split:
            beside.append((split, high))
            high = split
        else:
            beside.append((low, split))
            low = split
    if low:
        beside.append((low, high))
    return _read(beside, read)


def is_included(hashed_leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` leads from the leaf to the root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size < SIZE_LIMIT or not _are_hashes(hashed_leaf, root, *proof):
        return False
    at, last, reached = index, size - 1, hashed_leaf
    for beside in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            reached = node_hash(beside, reached)
            at, last = _lifted(at, last)
        else:
            reached = node_hash(reached, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and reached == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `new` leaves begins with that of `old` (RFC 9162 §2.1.4.2).

    Nothing is consistent with an empty log, which says nothing.
    """
    if not 0 < old <= new < SIZE_LIMIT or not _are_hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(beside, before), node_hash(beside, after)
            at, last = _lifted(at, last)
        else:
            after = node_hash(after, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and (before, after) == (old_root, new_root)


def subtree_root(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes of equal height, as many as a power of two."""
    level = list(hashes)
    if not level or len(level) & (len(level) - 1):
        raise ValueError("a perfect subtree has as many leaves as a power of two")
    while len(level) > 1:
        level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level), 2)]
    return level[0]


def _lifted(at: int, last: int) -> tuple[int, int]:
    # The right edge is one node over several levels where the tree is not full.
    while not at & 1 and at:
        at, last = at >> 1, last >> 1
    return at, last


def _half(size: int) -> int:
    """The largest power of two below a size above one."""
    return 1 << ((size - 1).bit_length() - 1)


def _perfect(leaves: _Range) -> tuple[Node, ...]:
    low, high = leaves
    found: list[Node] = []
    while low < high:
        height = (high - low).bit_length() - 1
        found.append(Node(height, low >> height))
        low += 1 << height
    return tuple(found)


def _read(beside: list[_Range], read: NodeReader) -> tuple[bytes, ...]:
    """The hash of each range, the one nearest to the leaf first."""
    parts = [_perfect(leaves) for leaves in reversed(beside)]
    hashes = read([node for part in parts for node in part])
    proof: list[bytes] = []
    for part in parts:
        joined = hashes[part[-1]]
        for node in reversed(part[:-1]):
            joined = node_hash(hashes[node], joined)
        proof.append(joined)
    return tuple(proof)


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
