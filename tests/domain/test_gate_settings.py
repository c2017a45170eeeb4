"""How a venue wants its gates to behave, and the PIN that opens the staff's side."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputError
from domain.gate_settings import (
    GateSettings,
    Notice,
    gate_settings_from_json,
    gate_settings_json,
    is_pin,
    sealed_pin,
)

SALT = bytes(range(16))
notices = st.builds(Notice, st.text(max_size=20), st.text(max_size=20), st.binary(max_size=20))


def test_a_pin_is_known_again_and_no_other_is():
    kept = sealed_pin("4711", SALT)
    assert is_pin("4711", kept)
    for other in ("4712", "47110", "", "471", "４７１１", "0" * 13):
        assert not is_pin(other, kept)
    assert "4711" not in kept


def test_two_gates_with_one_pin_keep_it_differently():
    assert sealed_pin("4711", SALT) != sealed_pin("4711", SALT[::-1])


def test_where_no_pin_was_set_none_is_right():
    assert not is_pin("", "")
    assert not is_pin("0000", "")


@pytest.mark.parametrize("pin", ["", "123", "1" * 13, "12a4", "12 34", "１２３４"])
def test_what_is_no_pin_is_refused_by_its_field(pin: str):
    with pytest.raises(InputError) as refusal:
        sealed_pin(pin, SALT)
    assert refusal.value.field == "pin"


@given(st.builds(GateSettings, st.text(max_size=10), st.booleans(), st.lists(notices, max_size=3).map(tuple)))
def test_settings_travel_unchanged(settings: GateSettings):
    assert gate_settings_from_json(json.loads(json.dumps(gate_settings_json(settings)))) == settings


def test_a_pin_is_kept_as_salt_and_scrypt_of_16_megabytes():
    """Kiosks keep these texts for years: other parameters would shut the staff out."""
    derived = hashlib.scrypt(b"4711", salt=SALT, n=16384, r=8, p=1, dklen=32, maxmem=64_000_000)
    assert sealed_pin("4711", SALT) == f"{SALT.hex()}${derived.hex()}"
    assert is_pin("4711", f"{SALT.hex()}${derived.hex()}")


def test_a_picture_that_is_no_base64_is_refused():
    with pytest.raises(ValueError, match=r"base64|Only|padding"):
        gate_settings_from_json({"pin": "", "speaks": True, "notices": [["a", "b", "!!"]]})


@pytest.mark.parametrize(("speaks", "read"), [(True, True), (False, False), (1, False), ("yes", False)])
def test_a_gate_speaks_only_where_it_was_told_to(speaks: object, read: bool):
    assert gate_settings_from_json({"pin": "", "speaks": speaks, "notices": []}).speaks is read
