"""Proofs of the log against RFC 6962's definitions, word for word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.log import leaf_hash
from domain.proof import (
    Node,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    peaks_of,
    subtree_root,
)
from tests.domain.proof_definitions import mth, path, reading, subproof

MOST = 300
HASHES = [leaf_hash(f"leaf {n}".encode()) for n in range(MOST)]


ROOTS = {size: mth(HASHES[:size]) for size in range(1, MOST + 1)}
READ = reading(HASHES)


@pytest.mark.parametrize("size", [*range(1, 34), 63, 64, 65, 127, 128, 129, 255, 256, 257, 299, 300])
def test_every_leaf_of_a_tree_is_proved_as_the_definition_says(size: int):
    for index in range(size):
        proof = inclusion_proof(index, size, READ)
        assert list(proof) == path(index, HASHES[:size])
        assert is_included(HASHES[index], index, size, proof, ROOTS[size])


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_each_size_to_three_hundred_is_proved(size: int):
    for index in {0, size // 3, size // 2, size - 2, size - 1} & set(range(size)):
        proof = inclusion_proof(index, size, READ)
        assert list(proof) == path(index, HASHES[:size])
        assert is_included(HASHES[index], index, size, proof, ROOTS[size])
    for old in {1, 2, size // 3, size // 2, size - 1, size} & set(range(1, size + 1)):
        proof = consistency_proof(old, size, READ)
        assert list(proof) == subproof(old, HASHES[:size])
        assert is_consistent(old, ROOTS[old], size, ROOTS[size], proof)


@given(st.data())
def test_a_proof_holds_for_its_own_leaf_index_size_and_root_alone(data: st.DataObject):
    size = data.draw(st.integers(1, MOST))
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, READ)
    for other in {data.draw(st.integers(0, MOST - 1)), index ^ 1, index + 1} - {index}:
        assert not is_included(HASHES[index], other, size, proof, ROOTS[size])
        if other < MOST:
            assert not is_included(HASHES[other], index, size, proof, ROOTS[size])
    assert not is_included(HASHES[index], index, size, proof, ROOTS[size % MOST + 1])


@given(st.data())
def test_no_hash_of_a_proof_can_be_changed_left_out_doubled_or_swapped(data: st.DataObject):
    old = data.draw(st.integers(1, MOST))
    new = data.draw(st.integers(old, MOST))
    index = data.draw(st.integers(0, new - 1))
    for proof, holds in (
        (
            list(inclusion_proof(index, new, READ)),
            lambda p: is_included(HASHES[index], index, new, p, ROOTS[new]),
        ),
        (
            list(consistency_proof(old, new, READ)),
            lambda p: is_consistent(old, ROOTS[old], new, ROOTS[new], p),
        ),
    ):
        assert holds(proof)
        assert not holds([*proof, bytes(32)])
        assert not holds([bytes(32), *proof])
        assert not holds([bytes(32)] * 64)
        for at, value in enumerate(proof):
            flipped = bytes([value[0] ^ 1]) + value[1:]
            assert not holds([*proof[:at], flipped, *proof[at + 1 :]])
            assert not holds([*proof[:at], *proof[at + 1 :]])
            assert not holds([*proof[:at], value[:-1], *proof[at + 1 :]])
            assert not holds([*proof[:at], value, *proof[at:]])


@given(st.integers(1, MOST), st.integers(1, MOST), st.integers(0, 31))
def test_a_fork_is_consistent_with_nothing(old: int, new: int, bit: int):
    old, new = min(old, new), max(old, new)
    proof = consistency_proof(old, new, READ)
    other = bytearray(ROOTS[old])
    other[bit] ^= 1
    assert not is_consistent(old, bytes(other), new, ROOTS[new], proof)
    if old != new:
        assert not is_consistent(new, ROOTS[new], old, ROOTS[old], proof), "a log never shrinks"
        assert not is_consistent(old, ROOTS[new], new, ROOTS[new], proof)


@pytest.mark.parametrize(
    ("index", "size"), [(-1, 5), (5, 5), (6, 5), (0, 0), (0, -1), (0, 2**62), (2**64, 2**65)]
)
def test_sizes_and_indexes_that_cannot_be_prove_nothing(index: int, size: int):
    for proof in ([], [bytes(32)], [bytes(32)] * 63):
        assert not is_included(HASHES[0], index, size, proof, HASHES[0])
        assert index == size or not is_consistent(size, HASHES[0], index, HASHES[0], proof)
    if size < 2**62:
        with pytest.raises(ValueError, match="tree that holds it"):
            inclusion_proof(index, size, READ)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (6, 5), (-1, 5)])
def test_nothing_is_consistent_with_an_empty_or_longer_log(old: int, new: int):
    assert not is_consistent(old, ROOTS[5], new, ROOTS[5], [])
    with pytest.raises(ValueError, match="grows"):
        consistency_proof(old, new, READ)


def test_the_peaks_of_a_tree_are_one_for_each_bit_of_its_size():
    assert peaks_of(0) == ()
    assert peaks_of(6) == (Node(2, 0), Node(1, 2))
    assert [1 << node.height for node in peaks_of(300)] == [256, 32, 8, 4]


@pytest.mark.parametrize("count", [0, 3, 6])
def test_a_perfect_subtree_has_a_power_of_two_leaves(count: int):
    with pytest.raises(ValueError, match="power of two"):
        subtree_root([bytes(32)] * count)
