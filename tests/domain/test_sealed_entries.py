"""Sealed entries: opened they are the entry again, nobody else reads who it was, nothing can be exchanged."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import HealthCheck, given, settings

from domain.canonical import canonical_json
from domain.entry import Entry, people_in
from domain.entry_wire import content_hash, entry_from_json
from domain.errors import InputError
from domain.sealed_entry import (
    Counted,
    SealingKey,
    Session,
    is_sealed,
    opened,
    unnamed,
    unnamed_body,
)
from tests.domain.entry_examples import ENTRY, entries

SERVER = X25519PrivateKey.from_private_bytes(bytes(range(32)))
SECRETS = {"a1": SERVER.private_bytes_raw()}
KEY = SealingKey("a1", SERVER.public_key().public_bytes_raw())
COUNTED = Counted(4, "0011223344556677", "8899aabbccddeeff")


def body(entry: Entry = ENTRY, secret: bytes = b"s" * 32, nonce: bytes = b"n" * 12) -> bytes:
    return Session(KEY, secret).body(entry, COUNTED, nonce)


def value(entry: Entry = ENTRY) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body(entry))
    return found


def refused(item: dict[str, Any]) -> str:
    with pytest.raises(InputError) as refusal:
        opened(item, SECRETS.get)
    assert (refusal.value.field, bool(refusal.value.sentence.zh)) == ("sealed", True)
    return refusal.value.sentence.en


@given(entries)
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_what_is_opened_is_the_entry_that_was_sealed(entry: Entry) -> None:
    sealed = value(entry)
    assert is_sealed(sealed)
    again = entry_from_json(opened(sealed, SECRETS.get))
    assert (again, content_hash(again)) == (entry, content_hash(entry))


def test_sealed_anew_it_looks_otherwise_and_is_the_same_entry() -> None:
    first, second = body(), body(secret=b"t" * 32, nonce=b"m" * 12)
    assert first != second
    assert opened(json.loads(first), SECRETS.get) == opened(json.loads(second), SECRETS.get)


def test_the_bytes_are_canonical_and_say_what_passed_but_not_who() -> None:
    raw, private = body(), ENTRY.private
    assert canonical_json(json.loads(raw)) == raw
    told = json.loads(raw)
    assert (told["seq"], told["outcome"], told["v"]) == (ENTRY.seq, ENTRY.outcome, 2)
    assert told["counted"] == {"people": 4, "whose": COUNTED.whose, "vehicle": COUNTED.vehicle}
    for who in (private.visitor_id, private.cti, private.plate, private.name, private.phone, "核酸检测"):
        assert json.dumps(who).strip('"').encode() not in raw
        assert f'"{who}"'.encode() not in raw


def test_whether_somebody_has_a_name_does_not_show_in_the_length() -> None:
    lengths = {
        len(json.loads(Session(KEY, b"s" * 32).body(entry, COUNTED, b"n" * 12))["sealed"]["box"])
        for entry in (unnamed(ENTRY), _with(name="李"), _with(name="李雷 Li Lei", plate="苏A12345"))
    }
    assert len(lengths) <= 2


def _with(**private: Any) -> Entry:
    plain = {**json.loads(unnamed_body(ENTRY))}
    plain["private"] |= private
    return entry_from_json(plain)


@pytest.mark.parametrize("field", ["id", "device", "seq"])
def test_a_sealed_part_belongs_to_its_entry_alone(field: str) -> None:
    other = {"id": "0" * 36, "device": "k-2", "seq": 8}
    assert "changed or is damaged" in refused({**value(), field: other[field]})


@pytest.mark.parametrize("at", range(0, 300, 7))
def test_every_changed_byte_of_the_box_is_found(at: int) -> None:
    item = value()
    box = item["sealed"]["box"]
    changed = box[:at] + ("A" if box[at] != "A" else "B") + box[at + 1 :]
    assert "does not open" in refused({**item, "sealed": {**item["sealed"], "box": changed}})


@pytest.mark.parametrize("name", ["box", "epk"])
def test_a_sealed_part_has_one_spelling(name: str) -> None:
    """Else one upload would have many bodies, and pass for a copy that was changed."""
    longer = _with(name="Li Lei " * 9)
    item = json.loads(Session(KEY, b"s" * 32).body(longer, COUNTED, b"n" * 12))
    text = item["sealed"][name]
    last = text.rstrip("=")[-1]
    assert text.endswith("=")
    for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
        again = text.rstrip("=")[:-1] + other + "=" * text.count("=")
        if other != last:
            assert "does not open" in refused({**item, "sealed": {**item["sealed"], name: again}})
    for again in (text + "=", text.rstrip("="), text + "===="):
        assert "does not open" in refused({**item, "sealed": {**item["sealed"], name: again}})


@pytest.mark.parametrize(
    "sealed",
    [
        None, [], "x", {}, {"kid": "a1"}, {"kid": "a1", "epk": "", "box": ""},
        {"kid": "a1", "epk": 1, "box": 2},
        {"kid": "a1", "epk": "AAAA", "box": "AAAA"}, {"kid": "a1", "epk": "A" * 43 + "=", "box": "A" * 64},
        {"kid": "a1", "epk": "\ud800", "box": "\ud800"}, {"kid": "a1", "epk": "é", "box": "", "more": 1},
    ],
)  # fmt: skip
def test_a_sealed_part_that_is_none_is_refused(sealed: object) -> None:
    assert "does not open" in refused({**value(), "sealed": sealed})


@pytest.mark.parametrize("kid", ["b2", "", 7, None, [], "\ud800"])
def test_another_servers_key_is_told_apart(kid: object) -> None:
    item = value()
    assert "does not have" in refused({**item, "sealed": {**item["sealed"], "kid": kid}})


def test_an_entry_is_either_plain_or_sealed() -> None:
    assert "does not open" in refused({**value(), "private": {}})


def test_only_the_second_version_is_sealed() -> None:
    with pytest.raises(InputError, match="v is not"):
        entry_from_json(opened({**value(), "v": 1}, SECRETS.get))


def test_without_a_key_people_are_counted_and_not_named() -> None:
    plain = entry_from_json(json.loads(unnamed_body(ENTRY)))
    assert people_in(plain) == people_in(ENTRY) == 4
    private = plain.private
    assert (private.visitor_id, private.cti, private.name, private.phone, private.plate) == ("",) * 5
    assert (private.temperature_tenths, private.occupants, private.details) == (None, (), {})
