"""The longest and largest that an entry may hold is taken, and one more is refused by its name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.entry import uuid7
from domain.entry_wire import entry_from_json, entry_json
from domain.errors import InputError
from domain.visitor import cleaned
from tests.domain.entry_examples import ENTRY

WHOLE = json.loads(json.dumps(entry_json(ENTRY)))
SAFE = 2**53 - 1


def _put(part: str, name: str, value: object) -> dict[str, Any]:
    inner = {**WHOLE[part], name: value} if part else value
    return {**WHOLE, part or name: inner}


@pytest.mark.parametrize(
    ("part", "name", "most", "beyond"),
    [
        *(("", name, "a" * 64, "a" * 65) for name in ("device", "venue", "entrance")),
        *(("", name, SAFE, SAFE + 1) for name in ("seq", "bundle_seq")),
        ("", "seq", 1, 0),
        ("", "bundle_seq", 0, -1),
        ("", "at_ms", 253_370_764_799_999, 253_370_764_800_000),
        ("", "at_ms", 0, -1),
        ("", "policy_version", 2**31 - 1, 2**31),
        ("", "policy_version", 0, -1),
        ("", "corrects", ENTRY.corrects, ENTRY.corrects + "0"),
        ("clock", "boot_id", "b" * 64, "b" * 65),
        ("clock", "boot_ms", SAFE, SAFE + 1),
        ("clock", "boot_ms", 0, -1),
        ("clock", "offset_ms", SAFE, SAFE + 1),
        ("clock", "offset_ms", -SAFE, -SAFE - 1),
        ("clock", "offset_age_ms", SAFE, SAFE + 1),
        ("clock", "offset_age_ms", 0, -1),
        ("private", "visitor_id", "v" * 64, "v" * 65),
        ("private", "cti", "0" * 32, "0" * 33),
        ("private", "temperature_tenths", 450, 451),
        ("private", "temperature_tenths", 300, 299),
        ("private", "plate", "p" * 20, "p" * 21),
        ("private", "companions", 500, 501),
        ("private", "companions", 0, -1),
        ("private", "name", "n" * 200, "n" * 201),
        ("private", "phone", "1" * 20, "1" * 21),
        ("private", "occupants", ["1" * 20] * 100, ["1"] * 101),
        ("private", "details", {f"k{n}": "" for n in range(8)}, {f"k{n}": "" for n in range(9)}),
        ("private", "details", {"k" * 20: ""}, {"k" * 21: ""}),
        ("private", "details", {"a1_": ""}, {"1a": ""}),
        ("private", "details", {"a": ""}, {"é": ""}),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_the_most_is_taken_and_one_more_refused(part: str, name: str, most: object, beyond: object):
    value = _put(part, name, most)
    assert json.loads(json.dumps(entry_json(entry_from_json(value)))) == value
    with pytest.raises(InputError) as refusal:
        entry_from_json(_put(part, name, beyond))
    assert refusal.value.field == name


@pytest.mark.parametrize(
    ("part", "name", "value", "field"),
    [
        ("private", "occupants", ["1" * 21], "occupants"),
        ("private", "details", {"why": "x" * 201}, "why"),
        ("private", "details", {"why": "a\nb"}, "why"),
        ("private", "details", {"why": 5}, "why"),
        ("private", "details", {5: "x"}, "details"),
        ("", "direction", 5, "direction"),
        ("", "direction", ["in"], "direction"),
        ("", "corrects", "x" * 36, "corrects"),
        ("", "corrects", "x" * 37, "corrects"),
    ],
)
def test_what_is_within_a_list_or_a_name_is_looked_at(part: str, name: str, value: object, field: str):
    with pytest.raises(InputError) as refusal:
        entry_from_json(_put(part, name, value))
    assert refusal.value.field == field


def test_the_first_odd_name_in_the_order_of_letters_is_told():
    with pytest.raises(InputError) as refusal:
        entry_from_json({**WHOLE, "zoo": 1, "ant": 2})
    assert refusal.value.field == "ant"


def test_the_longest_detail_is_taken():
    value = _put("private", "details", {"why": "x" * 200})
    assert entry_from_json(value).private.details == {"why": "x" * 200}


@pytest.mark.parametrize("typed", ["\U0003134b明", "ශ්\u200dරී", "👨\u200d👩\u200d👧 带\U0001fae9"], ids=ascii)
def test_a_name_that_is_taken_at_the_door_is_taken_in_an_entry(typed: str):
    name = cleaned(typed, "name")
    assert name == typed, "nothing of it is lost"
    assert entry_from_json(_put("private", "name", name)).private.name == typed
    assert entry_from_json(_put("private", "details", {"why": name})).private.details == {"why": typed}


@given(st.text(max_size=60))
def test_whatever_a_form_leaves_of_a_text_is_taken_in_an_entry(typed: str):
    try:
        name = cleaned(typed, "name")
    except InputError:
        return
    assert entry_from_json(_put("private", "name", name)).private.name == name


@pytest.mark.parametrize(
    "name",
    ["a\nb", "a\0b", "a\u2028b", "a\u202eb", "a\u200bb", "\ud800", "a\u3000b", "\U0003ffff"],
    ids=ascii,
)
def test_what_hides_or_breaks_a_line_is_in_no_entry(name: str):
    with pytest.raises(InputError, match="name is not text"):
        entry_from_json(_put("private", "name", name))


def test_the_bytes_of_an_id_stand_in_their_order():
    assert (
        uuid7(0x0123456789AB, bytes.fromhex("00010203040506070809")) == "01234567-89ab-7001-8203-040506070809"
    )
