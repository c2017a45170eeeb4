"""The log's mathematics against the definition of RFC 6962 and its published test vectors."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.entry import Entry
from domain.entry_wire import entry_json
from domain.log import (
    EMPTY_ROOT,
    Checkpoint,
    Frontier,
    commitment,
    entry_leaf,
    leaf_hash,
    node_hash,
    private_bytes,
)
from tests.domain.entry_examples import ENTRY, entries

# The leaves and roots that Certificate Transparency's own tests use (RFC 6962 reference implementation).
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def root_by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = root_by_definition(leaves[:split]), root_by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def grown(leaves: list[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.appended(leaf_hash(leaf))
    return frontier


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_are_met(size: int):
    assert grown(LEAVES[:size]).root().hex() == ROOTS[size]
    assert root_by_definition(LEAVES[:size]).hex() == ROOTS[size]


def test_every_size_to_three_hundred_has_the_root_of_the_definition():
    leaves = [f"leaf {n}".encode() for n in range(300)]
    frontier = Frontier()
    for size in range(301):
        assert frontier.root() == root_by_definition(leaves[:size]), size
        assert (frontier.size, len(frontier.peaks)) == (size, size.bit_count())
        if size < 300:
            frontier = frontier.appended(leaf_hash(leaves[size]))


def test_an_appended_tree_leaves_the_old_one_as_it_was():
    five = grown(LEAVES[:5])
    root = five.root()
    five.appended(leaf_hash(b"more"))
    assert (five.size, five.root()) == (5, root)


@given(st.lists(st.binary(max_size=3), max_size=20), st.lists(st.binary(max_size=3), max_size=20))
def test_two_logs_have_one_root_only_if_they_are_one_log(one: list[bytes], other: list[bytes]):
    assert (grown(one).root() == grown(other).root()) == (one == other)


def test_leaves_and_nodes_are_told_apart():
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)
    assert grown([b"a", b"b"]).root() != grown([left + right]).root()
    assert grown([]).root() == EMPTY_ROOT


def test_a_commitment_is_the_hash_of_salt_and_record():
    salt, record = bytes(range(32)), b'{"plate":""}'
    assert commitment(record, salt) == hashlib.sha256(salt + record).digest()


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_salt_of_another_length_is_refused(length: int):
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(b"", bytes(length))


@given(entries, st.binary(min_size=32, max_size=32))
def test_a_leaf_tells_nothing_of_the_private_record(entry: Entry, salt: bytes):
    leaf = json.loads(entry_leaf(entry, salt))
    public = entry_json(entry)
    assert leaf.pop("type") == "entry"
    assert isinstance(leaf["private"], str)
    assert len(leaf["private"]) == 44
    assert {name: leaf[name] for name in leaf if name != "private"} == {
        name: json.loads(json.dumps(public[name])) for name in public if name != "private"
    }


def test_a_leaf_holds_none_of_the_private_values_of_a_real_entry():
    leaf = entry_leaf(ENTRY, bytes(32)).decode()
    private = ENTRY.private
    for secret in (private.visitor_id, private.cti, private.plate, "366", *private.details.values()):
        assert f'"{secret}"' not in leaf
        assert f":{secret}," not in leaf
    assert "visitor_id" not in leaf


def test_the_commitment_in_a_leaf_is_checked_with_salt_and_record_alone():
    salt = bytes(range(32))
    committed = json.loads(entry_leaf(ENTRY, salt))["private"]
    assert base64.b64decode(committed) == hashlib.sha256(salt + private_bytes(ENTRY)).digest()
    assert entry_leaf(ENTRY, bytes(32)) != entry_leaf(ENTRY, salt)


@given(entries, st.binary(min_size=32, max_size=32))
def test_the_leaf_of_an_entry_is_always_the_same_bytes(entry: Entry, salt: bytes):
    assert entry_leaf(entry, salt) == entry_leaf(entry, salt)


def test_a_checkpoint_is_three_lines():
    assert Checkpoint("park.example/log/1", 8, bytes.fromhex(ROOTS[8])).text() == (
        "park.example/log/1\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
    )
