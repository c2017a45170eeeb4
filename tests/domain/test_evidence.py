"""Proof and evidence files: what is written is read back, and no byte of it can be another (L1, L7, L8)."""

from __future__ import annotations

import base64
import dataclasses
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import TamperedError
from domain.evidence import Evidence, Private, checked_evidence, opened_evidence
from domain.log import Checkpoint, leaf_hash, signed_checkpoint
from domain.note import NoteKey, signed_note
from domain.proof import SIZE_LIMIT
from domain.proof_file import ProofFile, checked_proof, parsed_proof
from tests.domain.evidence_examples import (
    AT,
    EVIDENCE,
    HEAD,
    KEY,
    LEAF,
    ORIGIN,
    PROOF,
    SALT,
    SIGNING,
    SIZE,
    TOLD,
    altered,
)
from tests.domain.visitor_code_attack import private_key


def refused(text: bytes) -> None:
    with pytest.raises(TamperedError):
        checked_evidence(text)


def test_a_proof_file_is_the_text_of_c2sp():
    lines = PROOF.text().decode().split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 5"]
    assert [base64.b64decode(line) for line in lines[2:6]] == list(PROOF.hashes)
    assert lines[6:9] == ["", ORIGIN, "11"]


@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.none() | st.binary(max_size=40),
)
def test_a_proof_file_is_read_back(index: int, hashes: list[bytes], extra: bytes | None):
    made = ProofFile(index, tuple(hashes), PROOF.note, extra)
    assert parsed_proof(made.text()) == made


def test_a_good_proof_shows_its_leaf_and_no_other():
    assert checked_proof(LEAF, PROOF, KEY) == HEAD
    assert checked_proof(LEAF, dataclasses.replace(PROOF, extra=b"anything"), KEY) == HEAD
    for at in range(len(LEAF)):
        with pytest.raises(TamperedError):
            checked_proof(LEAF[:at] + bytes([LEAF[at] ^ 1]) + LEAF[at + 1 :], PROOF, KEY)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n\n",
        PROOF.text().replace(b"v1", b"v2", 1),
        PROOF.text().replace(b"index 5", b"index 05"),
        PROOF.text().replace(b"index 5", b"index -5"),
        PROOF.text().replace(b"index 5", b"index +5"),
        PROOF.text().replace(b"index 5", "index ５".encode()),
        PROOF.text().replace(b"index 5", b"index " + b"9" * 5000),
        PROOF.text().replace(b"index 5", b"extra !\nindex 5"),
        PROOF.text().replace(b"index 5", b"extra QR==\nindex 5"),
        PROOF.text().replace(b"index 5", b"index 5\nindex 5"),
        PROOF.text().replace(b"\n\n", b"\n", 1),
        PROOF.text().replace(b"\n", b"\r\n"),
        ProofFile(AT, PROOF.hashes + (bytes(32),) * 60, PROOF.note).text(),
        ProofFile(AT, (bytes(31),), PROOF.note).text(),
        ProofFile(AT, (bytes(33),), PROOF.note).text(),
    ],
    ids=lambda text: ascii(text[:50]),
)
def test_what_is_no_proof_file_is_refused(text: bytes):
    with pytest.raises(TamperedError, match="tlog-proof"):
        parsed_proof(text)


@pytest.mark.parametrize("index", [0, 4, 6, SIZE, 2**63 - 1, SIZE_LIMIT])
def test_a_lie_about_the_index_is_refused(index: int):
    with pytest.raises(TamperedError):
        checked_proof(LEAF, dataclasses.replace(PROOF, index=index), KEY)


@pytest.mark.parametrize("size", [0, 4, 5, 6, 8, 17, 2**63 - 1, 2**63])
def test_a_size_of_another_shape_is_refused_even_when_it_is_signed(size: int):
    note = signed_checkpoint(Checkpoint(ORIGIN, size, HEAD.root), SIGNING)
    with pytest.raises(TamperedError):
        checked_proof(LEAF, dataclasses.replace(PROOF, note=note), KEY)


def test_proofs_too_short_too_long_or_far_too_long_are_refused():
    for hashes in (
        PROOF.hashes[:-1],
        PROOF.hashes[1:],
        (),
        (*PROOF.hashes, bytes(32)),
        PROOF.hashes * 15,
        (bytes(32),) * 64,
    ):
        refused(dataclasses.replace(EVIDENCE, proof=ProofFile(AT, hashes, PROOF.note).text()).text())


def test_evidence_shows_the_entry_with_and_without_the_private_record():
    plain, told = checked_evidence(EVIDENCE.text()), checked_evidence(TOLD.text(), KEY)
    assert (plain.leaf, plain.index, plain.checkpoint, plain.private) == (LEAF, AT, HEAD, None)
    assert told.private == TOLD.private
    assert b"visitor_id" not in EVIDENCE.text()


def test_no_byte_of_evidence_can_be_changed_at_any_position():
    for text in (EVIDENCE.text(), TOLD.text()):
        positions = set()
        for other in altered(text):
            refused(other)
            positions.add(len(other))
        assert positions == {len(text) - 1, len(text), len(text) + 1}


def test_every_byte_of_the_leaf_record_salt_and_proof_is_bound():
    for at in range(len(LEAF)):
        changed = LEAF[:at] + (b"a" if LEAF[at : at + 1] != b"a" else b"b") + LEAF[at + 1 :]
        refused(dataclasses.replace(TOLD, leaf=changed).text())
    assert TOLD.private is not None
    record = TOLD.private.record
    for at in range(len(record)):
        if record[at] < 128:
            changed = record[:at] + (b"a" if record[at : at + 1] != b"a" else b"b") + record[at + 1 :]
            refused(dataclasses.replace(TOLD, private=Private(changed, SALT)).text())
    for at in range(32):
        salt = SALT[:at] + bytes([SALT[at] ^ 1]) + SALT[at + 1 :]
        refused(dataclasses.replace(TOLD, private=Private(record, salt)).text())
    refused(dataclasses.replace(TOLD, private=Private(record, SALT[1:])).text())


def test_a_leaf_of_another_kind_commits_to_no_record():
    for leaf in (b"[]", b"7", b"{}", b"not json", b'{"private":7}'):
        hashes = [leaf_hash(leaf)]
        note = signed_checkpoint(Checkpoint(ORIGIN, 1, hashes[0]), SIGNING)
        made = dataclasses.replace(TOLD, leaf=leaf, proof=ProofFile(0, (), note).text())
        refused(made.text())
        assert checked_evidence(dataclasses.replace(made, private=None).text()).leaf == leaf


def test_other_spellings_of_the_same_file_are_refused():
    value = json.loads(TOLD.text())
    for other in (
        json.dumps(value),
        json.dumps(value, indent=1, sort_keys=True) + "\n",
        TOLD.text().decode() + "\n",
        TOLD.text().decode().replace("{", '{\n "format": "x",', 1),
        "\ufeff" + TOLD.text().decode(),
    ):
        if other.encode() != TOLD.text():
            refused(other.encode())


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b"null", b"7", b"\xff", b"[" * 100_000, b'{"a":' * 100_000], ids=ascii
)
def test_what_is_no_evidence_is_a_sentence(text: bytes):
    with pytest.raises(TamperedError) as told:
        opened_evidence(text)
    assert re.search("[\u4e00-\u9fff]", told.value.sentence.zh)


def test_a_file_made_by_somebody_elses_log_is_refused_where_the_key_is_known():
    other = private_key("somebody else")
    key = NoteKey(ORIGIN, other.public_key().public_bytes_raw())
    forged = dataclasses.replace(
        EVIDENCE,
        key=key,
        proof=dataclasses.replace(PROOF, note=signed_checkpoint(HEAD, other)).text(),
    ).text()
    assert checked_evidence(forged).key == key, "only the key that is trusted tells"
    with pytest.raises(TamperedError, match="another key"):
        checked_evidence(forged, KEY)


def test_a_note_of_another_purpose_is_no_checkpoint():
    note = signed_note('{"a bundle":1}\n', ORIGIN, SIGNING)
    refused(dataclasses.replace(EVIDENCE, proof=ProofFile(AT, PROOF.hashes, note).text()).text())


@pytest.mark.parametrize("name", ["format", "key", "leaf", "proof", "private", "salt"])
@pytest.mark.parametrize("odd", [None, 5, [], {}, True, "x"], ids=repr)
def test_evidence_of_other_values_is_refused(name: str, odd: object):
    value = {**json.loads(TOLD.text()), name: odd}
    refused(f"{json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)}\n".encode())


@pytest.mark.parametrize("private", ["[]", "5", "{}", "[" * 5000, "x", '{"private":5}'])
def test_a_leaf_that_commits_to_nothing_holds_no_private_record(private: str):
    """A leaf that is in the log, but none of an entry."""
    leaf = private.encode()
    head = signed_checkpoint(Checkpoint(ORIGIN, 1, leaf_hash(leaf)), SIGNING)
    proof = ProofFile(0, (), head).text()
    assert checked_evidence(Evidence(leaf, proof, KEY).text()).leaf == leaf
    refused(Evidence(leaf, proof, KEY, Private(b"{}", SALT)).text())
    refused(Evidence(leaf, proof, KEY, Private(b"{}", SALT[1:])).text())
