"""Proofs on which Go's golang.org/x/mod/sumdb gave its verdict: ours is the same (L9)."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import shutil
from pathlib import Path

import pytest

from tests.log.cases import made, verdict
from tests.log.go_agrees import go_verdicts

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


@pytest.mark.skipif(
    not shutil.which("go") or not Path("/usr/share/gocode/src/golang.org/x/mod").exists(),
    reason="Go and its x/mod are not installed; the vectors above hold its verdicts",
)
def test_go_itself_agrees_on_new_random_proofs():
    chance = random.Random(int.from_bytes(hashlib.sha256(base64.b64encode(b"new")).digest()[:4]))
    cases = [made(chance) for _ in range(1000)]
    assert go_verdicts(cases) == [verdict(case) for case in cases]
