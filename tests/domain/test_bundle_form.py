"""The form of a bundle: everything in it is read back, and its names are those that kiosks read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from domain.bundle import opened_bundle, sealed_bundle
from domain.code import VerifyingKey
from domain.errors import TamperedError
from domain.gate_settings import GateSettings, Notice
from domain.note import LogKey, NoteKey, signed_note
from domain.policy_text import policy_json
from domain.sealed_entry import SealingKey
from tests.domain.bundle_examples import BUNDLE, KEY, NAME, SIGNING


def test_everything_in_a_bundle_is_read_back():
    full = replace(
        BUNDLE,
        keys=(VerifyingKey(b"\xa1\xb3", bytes(32), 5, 9, owner="park"),),
        settings=GateSettings("salt$pin", True, (Notice("通知", "Notice", b"\xff\xd8"),)),
        kiosk_id="k1",
        sealing=SealingKey("s1", bytes(range(32))),
        log=(LogKey(KEY, 5, 9), LogKey(NoteKey("park.example/log", KEY.public), 1, 2)),
    )
    assert opened_bundle(sealed_bundle(full, NAME, SIGNING), KEY, "e1", 0, "k1") == full


def test_a_bundle_is_this_json():
    """Kiosks in the field read these names (docs/formats.md)."""
    full = replace(
        BUNDLE,
        keys=(
            VerifyingKey(b"\xa1\xb2", bytes(32), 5, 9, "visitor"),
            VerifyingKey(b"\xa1\xb3", bytes(32), 5, 9, owner="park"),
        ),
        kiosk_id="k1",
        sealing=SealingKey("s1", bytes(32)),
        log=(LogKey(KEY, 5, 9),),
    )
    told = json.loads(sealed_bundle(full, NAME, SIGNING).decode().split("\n")[0])
    zeros = "A" * 43 + "="
    assert (told.pop("policy"), told.pop("settings")) == (
        json.loads(json.dumps(policy_json(full.policy))), {"pin": "", "speaks": False, "notices": []}
    )  # fmt: skip
    assert told == {
        "v": 2, "seq": 12, "kiosk": "k1", "issued_ms": 1_795_262_400_000,
        "entrance": {
            "id": "e1", "name": "北门 North", "venue_id": "v1", "venue_name": "公园 Park",
            "venue_state": "paused", "time_zone": "Europe/Berlin",
        },
        "keys": [
            {"kid": "a1b2", "x": zeros, "nbf": 5, "exp": 9, "scope": "visitor"},
            {"kid": "a1b3", "x": zeros, "nbf": 5, "exp": 9, "scope": "visitor", "of": "park"},
        ],
        "facts": {"epoch": "park-1", "seq": 7},
        "sealing": {"kid": "s1", "x": zeros},
        "log": [{"key": KEY.text, "nbf": 5, "exp": 9}],
    }  # fmt: skip


def test_a_bundle_of_an_older_server_lacks_what_came_later():
    value = json.loads(sealed_bundle(replace(BUNDLE, kiosk_id="k1"), NAME, SIGNING).decode().split("\n")[0])
    for name in ("kiosk", "sealing", "log"):
        del value[name]
    note = signed_note(json.dumps(value) + "\n", NAME, SIGNING)
    assert opened_bundle(note, KEY, "e1", 0, "k1") == BUNDLE


def _for(entrance: str, kiosk: str) -> bytes:
    moved = replace(BUNDLE, entrance=replace(BUNDLE.entrance, id=entrance), kiosk_id=kiosk)
    return sealed_bundle(moved, NAME, SIGNING)


@pytest.mark.parametrize("mine", ["", "k1"])
def test_a_bundle_for_this_entrance_is_taken_with_or_without_a_kiosks_name(mine: str):
    for named in {"", mine}:
        assert opened_bundle(_for("e1", named), KEY, "e1", 0, mine).entrance.id == "e1"


def test_a_kiosk_is_moved_by_a_bundle_that_names_it():
    assert opened_bundle(_for("e2", "k1"), KEY, "e1", 0, "k1").entrance.id == "e2"


@pytest.mark.parametrize(("named", "mine"), [("", ""), ("", "k1"), ("k1", ""), ("k2", "k1")])
def test_a_bundle_for_another_entrance_that_does_not_name_this_kiosk_is_refused(named: str, mine: str):
    with pytest.raises(TamperedError, match="another"):
        opened_bundle(_for("e2", named), KEY, "e1", 0, mine)
