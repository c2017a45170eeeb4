"""Mutants of what a stranger is handed: tlog-proof files with their leaf, and evidence files."""

from __future__ import annotations

from dataclasses import replace

from domain.evidence import Evidence, Private, Shown, checked_evidence, opened_evidence
from domain.log import Checkpoint, entry_leaf, leaf_hash, private_bytes, signed_checkpoint
from domain.proof_file import ProofFile, checked_proof, parsed_proof
from tests.domain.entry_examples import ENTRY
from tests.mutation.changes import Draw, changed_bytes, changed_json, changed_text
from tests.mutation.notes import HEADS, KEY, ORIGIN, SIGNING, TREE, cosigned, is_of, signed_head
from tests.mutation.parser import Parser

_PLACES = [(0, 1), (0, 5), (4, 5), (5, 11), (10, 11), (77, 300), (299, 300)]
_PROOFS = [ProofFile(index, TREE.inclusion(index, size), signed_head(TREE, size)) for index, size in _PLACES]
_PROOFS += [
    replace(_PROOFS[3], extra=b""),
    replace(_PROOFS[4], extra=b"our own words"),
    replace(_PROOFS[5], note=cosigned(_PROOFS[5].note)),
]
_TEXTS = [proof.text() for proof in _PROOFS]
_Shown = tuple[bytes, bytes]


def _proof_mutant(draw: Draw) -> _Shown:
    proof = draw.choice(_PROOFS)
    leaf, kind = TREE.leaves[proof.index], draw.random()
    if kind < 0.7:
        return leaf, changed_text(proof.text(), draw, _TEXTS)
    if kind < 0.8:
        return changed_bytes(leaf, draw, TREE.leaves), proof.text()
    if kind < 0.85:
        return draw.choice(TREE.leaves), draw.choice(_TEXTS)
    return leaf, _otherwise(proof, draw).text()


def _otherwise(proof: ProofFile, draw: Draw) -> ProofFile:
    """The proof with another path, place or head, well written."""
    other, at = draw.choice(_PROOFS), draw.randrange(len(proof.hashes) + 1)
    before, after = proof.hashes[:at], proof.hashes[at:]
    return draw.choice(
        (
            replace(proof, index=draw.choice((other.index, proof.index + 1, proof.index ^ 1 << at, 10**18))),
            replace(proof, hashes=before),
            replace(proof, hashes=after),
            replace(proof, hashes=after + before),
            replace(proof, hashes=(*before, TREE.root(at), *after)),
            replace(proof, hashes=before + before[-1:] + after),
            replace(proof, hashes=(*before[:-1], changed_bytes(bytes(32), draw)[:32].ljust(32), *after)),
            replace(proof, hashes=other.hashes),
            replace(proof, note=other.note),
            replace(proof, hashes=proof.hashes * draw.choice((2, 9, 70))),
        )
    )


def _read_proof(shown: _Shown) -> tuple[ProofFile, Checkpoint]:
    proof = parsed_proof(shown[1])
    return proof, checked_proof(shown[0], proof, KEY)


def _is_right_proof(shown: _Shown, read: tuple[ProofFile, Checkpoint]) -> bool:
    """A leaf at its place under a head of ours, in the only spelling; `extra` is its writer's to choose."""
    leaf, text = shown
    proof, head = read
    return (
        text == proof.text()
        and leaf == TREE.leaves[proof.index]
        and proof.hashes == TREE.inclusion(proof.index, head.size)
        and is_of(proof.note, HEADS)
    )


PROOF_FILES = Parser(
    name="proof file",
    share=17,
    originals=tuple((TREE.leaves[proof.index], proof.text()) for proof in _PROOFS),
    mutant=_proof_mutant,
    read=_read_proof,
    is_right=_is_right_proof,
)

SALT = bytes(range(32))
_PRIVATE = Private(private_bytes(ENTRY), SALT)
_ENTRY_LEAF = entry_leaf(ENTRY, SALT)
# A tree of one leaf: its root is the leaf's hash, its proof is empty.
_HEAD = signed_checkpoint(Checkpoint(ORIGIN, 1, leaf_hash(_ENTRY_LEAF)), SIGNING)
_EVIDENCE = [
    Evidence(_ENTRY_LEAF, ProofFile(0, (), _HEAD).text(), KEY),
    Evidence(_ENTRY_LEAF, ProofFile(0, (), _HEAD).text(), KEY, _PRIVATE),
    Evidence(TREE.leaves[5], _PROOFS[3].text(), KEY),
]
_FILES = [evidence.text() for evidence in _EVIDENCE]


def _evidence_mutant(draw: Draw) -> bytes:
    kind = draw.random()
    if kind < 0.6:
        return changed_text(draw.choice(_FILES), draw, _FILES)
    if kind < 0.8:
        return changed_json(draw.choice(_FILES), draw, _FILES)
    # Written in the only spelling, so that the checks behind it are reached.
    told = draw.choice(_EVIDENCE)
    private = Private(
        changed_bytes(_PRIVATE.record, draw).decode("utf-8", "replace").encode(),
        draw.choice((SALT, changed_bytes(SALT, draw))),
    )
    proof = changed_text(told.proof, draw, _TEXTS).decode("utf-8", "replace").encode()
    leaf = changed_bytes(told.leaf, draw, TREE.leaves).decode("utf-8", "replace").encode()
    return draw.choice(
        (replace(told, private=private), replace(told, proof=proof), replace(told, leaf=leaf))
    ).text()


def _is_right_evidence(shown: bytes, read: Shown) -> bool:
    """The file in its only spelling, of a leaf of ours; only lines of others under its head may differ."""
    told = opened_evidence(shown)
    good = [(one.leaf, one.private) for one in (*_EVIDENCE, replace(_EVIDENCE[0], private=_PRIVATE))]
    proof = parsed_proof(told.proof)
    is_there = proof.hashes == () or _is_right_proof((told.leaf, told.proof), (proof, read.checkpoint))
    one_spelling = told.text() == shown and proof.text() == told.proof
    return (
        one_spelling and (told.leaf, told.private) in good and is_there and is_of(proof.note, [_HEAD, *HEADS])
    )


EVIDENCE = Parser(
    name="evidence file",
    share=8,
    originals=tuple(_FILES),
    mutant=_evidence_mutant,
    read=lambda shown: checked_evidence(shown, KEY),
    is_right=_is_right_evidence,
)
