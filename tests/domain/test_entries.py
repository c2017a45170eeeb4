"""Entries as they travel: read back exactly, refused by the name of the field, hashed by every value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given

from domain.canonical import SAFE_INTEGER, canonical_json
from domain.entry import Entry
from domain.entry_wire import content_hash, entry_from_json, entry_json
from domain.errors import InputError
from tests.domain.entry_examples import ENTRY, entries

NESTED = ("clock", "private")
ODD: list[object] = [None, True, 1.0, -1, 2**60, "", "x" * 300, "a\nb", "\ud800", "Ä", [], [1], {}, {"a": 1}]
# What each field takes of the odd values above; everything else must be refused.
TAKES: dict[str, list[object]] = {
    "boot_id": ["", "Ä"],
    "visitor_id": ["", "Ä"],
    "plate": ["", "Ä"],
    "name": ["", "Ä"],
    "phone": ["", "Ä"],
    "occupants": [[]],
    "corrects": [""],
    "cti": [""],
    "temperature_tenths": [None],
    "offset_ms": [None, -1],
    "offset_age_ms": [None],
    "details": [{}],
}


def wire(entry: Entry = ENTRY) -> dict[str, Any]:
    value = json.loads(json.dumps(entry_json(entry)))
    assert isinstance(value, dict)
    return value


def places() -> Iterator[tuple[str, ...]]:
    """The path of each field of an uploaded entry."""
    for name, item in wire().items():
        yield (name,)
        if name in NESTED:
            yield from ((name, inner) for inner in item)


def put(value: dict[str, Any], path: tuple[str, ...], item: object) -> dict[str, Any]:
    changed = deepcopy(value)
    target = changed
    for name in path[:-1]:
        target = target[name]
    target[path[-1]] = item
    return changed


def without(value: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    changed = deepcopy(value)
    target = changed
    for name in path[:-1]:
        target = target[name]
    del target[path[-1]]
    return changed


def refused(value: object) -> str:
    with pytest.raises(InputError) as refusal:
        entry_from_json(value)
    said = refusal.value.sentence
    assert refusal.value.field in said.en
    assert refusal.value.field in said.zh
    return refusal.value.field


@given(entries)
def test_an_entry_is_read_back_exactly(entry: Entry):
    assert entry_from_json(entry_json(entry)) == entry
    assert entry_from_json(wire(entry)) == entry
    assert entry_from_json(json.loads(canonical_json(entry_json(entry)))) == entry


def test_the_example_is_read_back_with_its_types():
    again = entry_from_json(wire())
    assert again == ENTRY
    assert type(again.outcome) is type(ENTRY.outcome)


@pytest.mark.parametrize("path", list(places()), ids="/".join)
def test_a_missing_field_is_named(path: tuple[str, ...]):
    assert refused(without(wire(), path)) == path[-1]


@pytest.mark.parametrize("path", list(places()), ids="/".join)
@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_an_odd_value_is_refused_by_the_name_of_its_field(path: tuple[str, ...], odd: object):
    value = put(wire(), path, odd)
    if any(odd == taken and type(odd) is type(taken) for taken in TAKES.get(path[-1], [])):
        assert entry_from_json(value)
    else:
        named = refused(value)
        inside = {*wire().get(path[0], {})} if path[-1] in NESTED else set()
        assert named == path[-1] or named in inside or (path[-1] in (*NESTED, "details") and named == "a")


@pytest.mark.parametrize("where", [(), ("clock",), ("private",)], ids=str)
def test_a_field_nobody_knows_is_refused(where: tuple[str, ...]):
    assert refused(put(wire(), (*where, "admin"), True)) == "admin"


@pytest.mark.parametrize("name", ["\ud800", "a\nb", "名", "x" * 10_000, 7, None, (1, 2)], ids=ascii)
def test_an_odd_name_of_a_field_is_shown_in_plain_letters(name: object):
    named = refused({**wire(), name: 1})
    assert named.isascii()
    assert named.isprintable()
    assert len(named) <= 40


@pytest.mark.parametrize("value", [None, 5, "entry", [], [1, 2], True, {}])
def test_what_is_no_entry_at_all_is_refused(value: object):
    assert refused(value)


@pytest.mark.parametrize(
    ("path", "least", "most"),
    [
        (("seq",), 1, SAFE_INTEGER),
        (("at_ms",), 0, 253_370_764_799_999),
        (("policy_version",), 0, 2**31 - 1),
        (("bundle_seq",), 0, SAFE_INTEGER),
        (("clock", "boot_ms"), 0, SAFE_INTEGER),
        (("clock", "offset_ms"), -SAFE_INTEGER, SAFE_INTEGER),
        (("clock", "offset_age_ms"), 0, SAFE_INTEGER),
        (("private", "temperature_tenths"), 300, 450),
        (("private", "companions"), 0, 500),
    ],
    ids=str,
)
def test_a_number_may_reach_its_limits_and_not_pass_them(path: tuple[str, ...], least: int, most: int):
    for value in (least, most):
        assert entry_from_json(put(wire(), path, value))
    for value in (least - 1, most + 1):
        assert refused(put(wire(), path, value)) == path[-1]


@pytest.mark.parametrize(
    "identity",
    [
        "017f22e2-79b0-4cc3-98c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-c8c4-dc0c0c07398f",
        "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
        "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n",
        " 017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
    ],
)
def test_only_a_version_7_uuid_in_its_one_spelling_is_an_id(identity: str):
    assert refused(put(wire(), ("id",), identity)) == "id"


@pytest.mark.parametrize("cti", ["abc", "00" * 15, "00" * 17, "0" * 31, "00112233445566778899AABBCCDDEEFF"])
def test_a_cti_is_sixteen_bytes_or_nothing(cti: str):
    assert refused(put(wire(), ("private", "cti"), cti)) == "cti"


@pytest.mark.parametrize(
    "details", [{"Ä": "x"}, {"a b": "x"}, {"a" * 21: "x"}, {f"k{n}": "x" for n in range(9)}]
)
def test_details_are_a_few_named_texts(details: dict[str, str]):
    assert refused(put(wire(), ("private", "details"), details)) == "details"


def test_repeated_upload_has_the_same_hash_in_any_order_of_fields():
    backwards = dict(reversed(list(wire().items())))
    assert content_hash(entry_from_json(backwards)) == content_hash(ENTRY)


@given(entries, entries)
def test_two_entries_have_one_hash_only_if_they_are_equal(one: Entry, other: Entry):
    assert (content_hash(one) == content_hash(other)) == (one == other)


def test_every_field_counts_in_the_hash():
    seen = {content_hash(ENTRY)}
    changes: dict[str, object] = {
        "id": "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "direction": "out",
        "outcome": "admitted",
        "reason": "welcome",
        "presence": "static",
        "way": "paper",
        "boot_id": "other",
        "cti": "ff" * 16,
        "details": {"hours": "49"},
        "occupants": [],
        "corrects": "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
    }
    paths = [path for path in places() if path[-1] not in (*NESTED, "v")]
    for path in paths:
        before = wire()[path[0]] if len(path) == 1 else wire()[path[0]][path[1]]
        other = changes.get(path[-1], before + 1 if isinstance(before, int) else f"{before}x")
        seen.add(content_hash(entry_from_json(put(wire(), path, other))))
    assert len(seen) == len(paths) + 1
