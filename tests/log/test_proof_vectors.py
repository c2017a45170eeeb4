"""Proofs on which Go's golang.org/x/mod/sumdb gave its verdict: ours is the same (L9)."""

from __future__ import annotations

import json
import random
from pathlib import Path

from tests.log.cases import made, verdict

VECTORS = json.loads((Path(__file__).parent / "vectors" / "proofs.json").read_text(encoding="utf-8"))


def test_the_vectors_are_many_and_of_both_kinds():
    counted = {(case["kind"], case["holds"]) for case in VECTORS}
    assert counted == {("file", True), ("file", False), ("growth", True), ("growth", False)}
    assert len(VECTORS) == 400
    assert sum(case["holds"] for case in VECTORS) == 200


def test_every_vector_gets_gos_verdict():
    for case in VECTORS:
        assert verdict(case) is case["holds"], case


def test_a_random_case_is_the_same_again_from_the_same_seed():
    one, two = random.Random(1), random.Random(1)
    assert [made(one) for _ in range(50)] == [made(two) for _ in range(50)]
