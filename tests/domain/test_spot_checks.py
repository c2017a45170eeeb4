"""One own entry in the log: the true proof is taken, and no other byte of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.entry import Entry
from domain.log import Checkpoint, Frontier, commitment, entry_leaf, leaf_hash, private_bytes
from domain.proof import Node, inclusion_proof, subtree_root
from domain.sealed_entry import Counted, SealingKey, Session, answered, unnamed, unnamed_body
from domain.spot_check import ShownLeaf, own_leaf, parsed_shown, shown_json, spotted
from domain.witness import Why
from kiosk.privacy.sealing import Sealing
from kiosk.privacy.tags import Tags
from tests.domain.entry_examples import ENTRY, entries

SERVER = X25519PrivateKey.from_private_bytes(bytes(range(32)))
SECRETS = {"a1": SERVER.private_bytes_raw()}
KEY = SealingKey("a1", SERVER.public_key().public_bytes_raw())
SALT = bytes(range(100, 132))
SESSION = Session(KEY, b"s" * 32)
OWN = SESSION.body(ENTRY, Counted(4), b"n" * 12)
LEAVES = [f"leaf {n}".encode() for n in range(13)]
AT = 6
LEAVES[AT] = entry_leaf(ENTRY, SALT)


def head(leaves: Sequence[bytes] = LEAVES) -> Checkpoint:
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.appended(leaf_hash(leaf))
    return Checkpoint("office.example/log", frontier.size, frontier.root())


def shown(leaves: Sequence[bytes] = LEAVES) -> ShownLeaf:
    def read(nodes: Sequence[Node]) -> Mapping[Node, bytes]:
        return {
            node: subtree_root(
                [
                    leaf_hash(one)
                    for one in leaves[node.index << node.height : (node.index + 1) << node.height]
                ]
            )
            for node in nodes
        }

    salt = answered(json.loads(OWN), SECRETS.get, SALT, b"m" * 12)
    return ShownLeaf(ENTRY.id, AT, leaves[AT], inclusion_proof(AT, len(leaves), read), salt)


def committed(salt: bytes) -> bytes:
    """As `kiosk.privacy.sealing.Sealing.committed`, in the run that sealed the entry."""
    plain = SESSION.answer_of(json.loads(OWN), salt)
    private = SESSION.private_of(json.loads(OWN))
    assert private is not None
    return commitment(private, plain) if plain is not None and len(plain) == 32 else b""


def why(one: ShownLeaf | None, at: Checkpoint | None = None) -> Why | str | None:
    """What a gate makes of an answer; "nothing" when it shows nothing of this entry."""
    if one is None or one.index is None or one.id != ENTRY.id:
        return "nothing"
    return spotted(OWN, one, at or head(), committed(one.salt))


def test_the_true_proof_is_taken() -> None:
    assert why(shown()) is None
    assert parsed_shown(json.loads(json.dumps(shown_json(shown())))) == shown()


@given(entries)
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_the_gate_knows_its_leaf_but_for_the_commitment(entry: Entry) -> None:
    sealed = SESSION.body(entry, Counted(1), b"n" * 12)
    assert own_leaf(sealed, commitment(private_bytes(entry), SALT)) == entry_leaf(entry, SALT)
    nobody = unnamed(entry)
    assert own_leaf(unnamed_body(entry), commitment(private_bytes(nobody), SALT)) == entry_leaf(nobody, SALT)


def test_no_byte_of_the_answer_can_be_another() -> None:
    """Every bit of every byte as it travels: refused, or an answer that shows nothing."""
    text = json.dumps(shown_json(shown()), ensure_ascii=False).encode()
    for at in range(len(text)):
        for bit in range(8):
            changed = text[:at] + bytes([text[at] ^ 1 << bit]) + text[at + 1 :]
            try:
                read = parsed_shown(json.loads(changed))
            except ValueError:
                continue  # no JSON: no answer at all
            assert read != shown()
            assert why(read) is not None, (at, bit, changed)


@given(st.data())
def test_no_byte_of_leaf_proof_or_salt_can_be_another(data: st.DataObject) -> None:
    true = shown()
    part = data.draw(st.sampled_from(["leaf", "hashes", "salt", "index"]))
    if part == "index":
        other = data.draw(st.integers(0, 2**53).filter(lambda index: index != AT))
        assert why(replace(true, index=other)) is Why.UNPROVED
        return
    raw = b"".join(true.hashes) if part == "hashes" else getattr(true, part)
    at, by = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(1, 255))
    changed = raw[:at] + bytes([raw[at] ^ by]) + raw[at + 1 :]
    if part == "hashes":
        hashes = tuple(changed[start : start + 32] for start in range(0, len(changed), 32))
        assert why(replace(true, hashes=hashes)) is Why.UNPROVED
    else:
        assert why(replace(true, **{part: changed})) is Why.ALTERED


@pytest.mark.parametrize("cut", [slice(0, 0), slice(1, None), slice(0, -1)])
def test_a_proof_of_another_length_is_none(cut: slice) -> None:
    assert why(replace(shown(), hashes=shown().hashes[cut])) is Why.UNPROVED


def test_a_log_that_honestly_holds_another_leaf_is_found_out() -> None:
    """Signed and proved without a fault: only the gate knows that it decided otherwise."""
    leaves = list(LEAVES)
    leaves[AT] = LEAVES[AT].replace(b'"outcome":"refused"', b'"outcome":"admitted"')
    assert leaves != LEAVES
    assert why(shown(leaves), head(leaves)) is Why.ALTERED


def test_another_person_in_place_of_this_one_is_found_out_by_the_run_that_sealed_it() -> None:
    leaves = list(LEAVES)
    leaves[AT] = entry_leaf(replace(ENTRY, private=replace(ENTRY.private, name="韩梅梅")), SALT)
    assert why(shown(leaves), head(leaves)) is Why.ALTERED
    other_run = Sealing(lambda: KEY, Tags(b"k" * 32), lambda count: b"r" * count)
    assert other_run.committed(OWN, shown().salt) is None
    assert spotted(OWN, shown(leaves), head(leaves), None) is None, "what a later run cannot know"


def test_a_salt_is_for_the_run_that_sealed_the_entry_alone() -> None:
    """Disk and wire of the gate give the sealed entry and the answer: neither tells the salt."""
    answer = shown().salt
    assert SALT not in answer
    assert Session(KEY, b"t" * 32).answer_of(json.loads(OWN), answer) is None
    other = json.loads(OWN) | {"seq": ENTRY.seq + 1}
    assert SESSION.answer_of(other, answer) is None
    box = json.loads(OWN)["sealed"]["box"]
    assert SESSION.answer_of(json.loads(OWN), box.encode()) is None


def test_an_entry_in_clear_is_committed_to_as_it_is() -> None:
    sealing = Sealing(lambda: None, Tags(b"k" * 32), lambda count: b"r" * count)
    own, nobody = unnamed_body(ENTRY), unnamed(ENTRY)
    assert sealing.committed(own, SALT) == commitment(private_bytes(nobody), SALT)
    assert sealing.committed(own, SALT[1:]) == b""
    assert sealing.committed(own, b"") is None


@pytest.mark.parametrize(
    "value",
    [
        None, 5, [], {}, {"id": 5}, {"id": "a", "index": -1},
        {"id": "a", "index": True, "leaf": "", "hashes": []},
        {"id": "a", "index": 0, "leaf": "\ud800", "hashes": [], "salt": ""},
        {"id": "a", "index": 0, "leaf": "{}", "hashes": "x", "salt": ""},
        {"id": "a", "index": 0, "leaf": "{}", "hashes": [], "salt": "AB=="},
        {"id": "a", "index": 2**53, "leaf": "{}", "hashes": [], "salt": ""},
    ],
)  # fmt: skip
def test_what_cannot_be_read_shows_nothing(value: object) -> None:
    assert parsed_shown(value) is None


@pytest.mark.parametrize(
    "leaf", [b"", b"[]", b"{}", b"5", b'{"private":5}', b'{"private":"AA=="}', b"[" * 100_000, b"\xff"]
)
def test_what_is_no_leaf_is_another_leaf(leaf: bytes) -> None:
    assert why(replace(shown(), leaf=leaf)) is Why.ALTERED
