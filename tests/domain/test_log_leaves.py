"""What every other leaf of the log says, to the letter: who checks the log reads these bytes."""

from __future__ import annotations

import json

import pytest

from domain.canonical import canonical_json
from domain.deed import Deed, deed_leaf
from domain.log import (
    disclosure_leaf,
    entry_leaf,
    issuer_leaf,
    key_leaf,
    kiosk_leaf,
    private_bytes,
    reopen_leaf,
)
from tests.domain.entry_examples import ENTRY

LEAVES = {
    reopen_leaf: (
        (7, "park.example/log/2", "disk lost", "park — 1\n".encode(), 5),
        '{"at_ms":7,"because":"disk lost","head":"park — 1\\n","origin":"park.example/log/2","size":5,'
        '"type":"reopen","v":1}',
    ),
    disclosure_leaf: (
        (7, "clerk", ENTRY.id, "audit"),
        f'{{"account":"clerk","at_ms":7,"entry":"{ENTRY.id}","purpose":"audit","type":"disclosure","v":1}}',
    ),
    issuer_leaf: (
        (7, "a1b2", "e1", "made"),
        '{"at_ms":7,"change":"made","enterprise":"e1","kid":"a1b2","type":"issuer","v":1}',
    ),
    kiosk_leaf: (
        (7, "k1", "moved", "d2", "v1", "clerk"),
        '{"at_ms":7,"by":"clerk","change":"moved","entrance":"d2","kiosk":"k1","type":"kiosk","v":1,"venue":"v1"}',
    ),
    key_leaf: (
        (7, "log", "a+1+b", "c+2+d"),
        '{"at_ms":7,"new":"c+2+d","old":"a+1+b","purpose":"log","type":"key","v":1}',
    ),
}


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.__name__)
def test_a_leaf_is_these_bytes(leaf):
    values, text = LEAVES[leaf]
    assert leaf(*values) == text.encode()


def test_a_deed_about_nobody_names_nobody():
    assert json.loads(deed_leaf(1, "clerk", Deed.QUERY, {}, ""))["about"] == ""


def test_a_head_that_was_lost_is_an_empty_one():
    assert json.loads(reopen_leaf(1, "o", "b", b"", 0))["head"] == ""


def test_the_commitment_covers_the_private_record_in_its_canonical_bytes():
    private = ENTRY.private
    assert private_bytes(ENTRY) == canonical_json(
        {
            "visitor_id": private.visitor_id,
            "cti": private.cti,
            "temperature_tenths": 366,
            "plate": private.plate,
            "companions": 2,
            "name": private.name,
            "phone": private.phone,
            "occupants": ["+8613800138000"],
            "details": {"credential": "核酸检测", "hours": "48"},
        }
    )
    assert b'"name"' not in entry_leaf(ENTRY, bytes(32))
