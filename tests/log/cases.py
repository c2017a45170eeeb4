"""Random good and bad proofs of logs of any size, and our own verdict on each."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import random
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.errors import TamperedError
from domain.log import Checkpoint, leaf_hash, node_hash, signed_checkpoint
from domain.note import NoteKey, note_key
from domain.proof import Node, consistency_proof, is_consistent, subtree_root
from domain.proof_file import ProofFile, checked_proof, parsed_proof

Case = dict[str, Any]
_SIGNING = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"proof vectors").digest())
_OTHER = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"somebody else").digest())
_KEY = NoteKey("park.example/log", _SIGNING.public_key().public_bytes_raw())
_HASHES = [leaf_hash(b"%d" % n) for n in range(1500)]


def made(chance: random.Random) -> Case:
    """One case, good or bad."""
    return _growth(chance) if chance.random() < 0.3 else _file(chance)


def verdict(case: Case) -> bool:
    """Whether we take the proof."""
    if case["kind"] == "growth":
        roots = base64.b64decode(case["old_root"]), base64.b64decode(case["new_root"])
        hashes = [base64.b64decode(value) for value in case["hashes"]]
        return is_consistent(case["old"], roots[0], case["new"], roots[1], hashes)
    try:
        proof = parsed_proof(base64.b64decode(case["proof"]))
        checked_proof(base64.b64decode(case["leaf"]), proof, note_key(case["key"]))
    except TamperedError:
        return False
    return True


def _file(chance: random.Random) -> Case:
    leaf = chance.randbytes(chance.randrange(40))
    size = chance.choice([chance.randrange(1, 20), chance.randrange(1, 2000), chance.randrange(1, 2**62)])
    index = chance.choice([0, size - 1, chance.randrange(size)])
    hashes, root = _path(chance, leaf_hash(leaf), index, size)
    head = Checkpoint(_KEY.name, size, root)
    proof = ProofFile(index, hashes, signed_checkpoint(head, _SIGNING))
    if chance.random() < 0.5:
        proof = chance.choice(_LIES)(chance, proof, head)
    text = proof.text()
    if chance.random() < 0.4:
        text = chance.choice(_DAMAGE)(chance, text)
    if chance.random() < 0.1:
        leaf = chance.choice([leaf + b"x", leaf[:-1], chance.randbytes(8)])
    key = _KEY if chance.random() < 0.97 else NoteKey(_KEY.name, _OTHER.public_key().public_bytes_raw())
    return {"kind": "file", "leaf": _b64(leaf), "proof": _b64(text), "key": key.text}


def _path(chance: random.Random, hashed: bytes, index: int, size: int) -> tuple[tuple[bytes, ...], bytes]:
    """A way up from a leaf through a tree of which nothing else is known, and the root that it reaches."""
    low, high = 0, size
    turns: list[bool] = []
    while high - low > 1:
        split = low + (1 << ((high - low - 1).bit_length() - 1))
        turns.append(index < split)
        low, high = (low, split) if turns[-1] else (split, high)
    beside = tuple(chance.randbytes(32) for _ in turns)
    for is_left, other in zip(reversed(turns), beside, strict=True):
        hashed = node_hash(hashed, other) if is_left else node_hash(other, hashed)
    return beside, hashed


def _growth(chance: random.Random) -> Case:
    new = chance.choice([chance.randrange(1, 20), chance.randrange(1, len(_HASHES))])
    old = chance.choice([1, new, chance.randrange(1, new + 1), 1 << (new.bit_length() - 1)])
    hashes = list(consistency_proof(old, new, _read))
    roots = [_root(old), _root(new)]
    if chance.random() < 0.6:
        change = chance.randrange(7)
        if change == 0 and hashes:
            at = chance.randrange(len(hashes))
            hashes[at] = _flipped(chance, hashes[at])
        elif change == 1:
            hashes = hashes[: chance.randrange(len(hashes) + 1)]
        elif change == 2:
            hashes.insert(chance.randrange(len(hashes) + 1), chance.choice([*hashes, bytes(32)]))
        elif change == 3:
            old = max(0, old + chance.choice([-1, 1, chance.randrange(9)]))
        elif change == 4:
            new = max(0, new + chance.choice([-1, 1, chance.randrange(9)]))
        elif change == 5:
            at = chance.randrange(2)
            roots[at] = chance.choice([_flipped(chance, roots[at]), roots[1 - at], roots[at][1:]])
        else:
            chance.shuffle(hashes)
    return {
        "kind": "growth", "old": old, "old_root": _b64(roots[0]), "new": new, "new_root": _b64(roots[1]),
        "hashes": [_b64(value) for value in hashes],
    }  # fmt: skip


def _read(nodes: Any) -> dict[Node, bytes]:
    return {
        node: subtree_root(_HASHES[node.index << node.height : (node.index + 1) << node.height])
        for node in nodes
    }


def _root(size: int) -> bytes:
    if size == 1:
        return _HASHES[0]
    return _mth(_HASHES[:size])


def _mth(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node_hash(_mth(hashes[:split]), _mth(hashes[split:]))


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _flipped(chance: random.Random, value: bytes) -> bytes:
    at = chance.randrange(len(value))
    return value[:at] + bytes([value[at] ^ 1 << chance.randrange(8)]) + value[at + 1 :]


_Lie = Callable[[random.Random, ProofFile, Checkpoint], ProofFile]


def _other_index(chance: random.Random, proof: ProofFile, head: Checkpoint) -> ProofFile:
    other = chance.choice([proof.index + 1, proof.index ^ 1, 0, head.size, 2**63 - 1, 2**63])
    return dataclasses.replace(proof, index=other)


def _other_size(chance: random.Random, proof: ProofFile, head: Checkpoint) -> ProofFile:
    size = chance.choice([0, 1, head.size + 1, max(0, head.size - 1), head.size * 2, 2**63 - 1, 2**63])
    return _resigned(proof, dataclasses.replace(head, size=size))


def _other_root(chance: random.Random, proof: ProofFile, head: Checkpoint) -> ProofFile:
    return _resigned(proof, dataclasses.replace(head, root=_flipped(chance, head.root)))


def _other_signer(_chance: random.Random, proof: ProofFile, head: Checkpoint) -> ProofFile:
    return dataclasses.replace(proof, note=signed_checkpoint(head, _OTHER))


def _other_log(_chance: random.Random, proof: ProofFile, head: Checkpoint) -> ProofFile:
    return _resigned(proof, dataclasses.replace(head, origin="mill.example/log"))


def _other_hashes(chance: random.Random, proof: ProofFile, _head: Checkpoint) -> ProofFile:
    hashes = list(proof.hashes)
    change = chance.randrange(4)
    if change == 0:
        hashes = hashes[1:]
    elif change == 1:
        hashes.append(chance.choice([*hashes, bytes(32)]))
    elif change == 2:
        chance.shuffle(hashes)
    else:
        hashes = hashes * 40
    return dataclasses.replace(proof, hashes=tuple(hashes))


def _with_extra(chance: random.Random, proof: ProofFile, _head: Checkpoint) -> ProofFile:
    return dataclasses.replace(proof, extra=chance.randbytes(chance.randrange(20)))


def _cosigned(chance: random.Random, proof: ProofFile, _head: Checkpoint) -> ProofFile:
    lines = []
    for _ in range(chance.choice([1, 2, 99, 100])):
        name = chance.choice(["witness.example", _KEY.name, "two words", "a+b", "见证"])
        lines.append(f"— {name} {_b64(chance.randbytes(chance.choice([4, 5, 68, 76])))}\n")
    own = f"— {_KEY.name} {_b64(_KEY.key_hash + chance.randbytes(64))}\n"
    if chance.random() < 0.2:
        lines.append(own)
    added = "".join(lines).encode()
    if chance.random() < 0.5:
        return dataclasses.replace(proof, note=proof.note + added)
    text, _, signatures = proof.note.partition(b"\n\n")
    return dataclasses.replace(proof, note=text + b"\n\n" + added + signatures)


def _resigned(proof: ProofFile, head: Checkpoint) -> ProofFile:
    return dataclasses.replace(proof, note=signed_checkpoint(head, _SIGNING))


_LIES: tuple[_Lie, ...] = (
    _other_index, _other_size, _other_root, _other_signer, _other_log, _other_hashes, _with_extra, _cosigned,
)  # fmt: skip


def _bit(chance: random.Random, text: bytes) -> bytes:
    return _flipped(chance, text)


def _cut(chance: random.Random, text: bytes) -> bytes:
    return text[: chance.randrange(len(text))]


def _more(chance: random.Random, text: bytes) -> bytes:
    at = chance.randrange(len(text) + 1)
    return (
        text[:at] + chance.choice([b"\n", b" ", b"\r", b"\0", b"A", b"=", "—".encode(), b"\xff"]) + text[at:]
    )


def _other_letter(chance: random.Random, text: bytes) -> bytes:
    at = chance.randrange(len(text))
    return text[:at] + bytes([chance.choice(b"ABCDabcd0189+/=\n ")]) + text[at + 1 :]


def _line_gone(chance: random.Random, text: bytes) -> bytes:
    lines = text.split(b"\n")
    lines.pop(chance.randrange(len(lines)))
    return b"\n".join(lines)


def _lines_swapped(chance: random.Random, text: bytes) -> bytes:
    lines = text.split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


_DAMAGE = (_bit, _cut, _more, _other_letter, _line_gone, _lines_swapped)
