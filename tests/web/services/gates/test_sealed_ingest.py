"""Entries whose people are sealed: the server opens them, and what does not open is kept for staff."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, select

from domain.entry_wire import content_hash, entry_from_json
from domain.sealed_entry import Counted, SealingKey, Session
from tests.web.tenants import SettableClock, Tenant, entry_item
from web.db.tables import entries, quarantine, signing_keys
from web.services.findings import quarantine_rows
from web.services.gates import gates
from web.services.gates.ingest import Ingested, ingest
from web.services.installation import Installation
from web.services.signing_keys import keys

numbers = itertools.count(1)


def sealed(inst: Installation, item: dict[str, Any], key: SealingKey | None = None) -> dict[str, Any]:
    """The item as a kiosk of today sends it, each time under another secret."""
    key = key or inst.read(keys.sealing)
    assert key is not None
    chance = next(numbers).to_bytes(32, "big")
    body: dict[str, Any] = json.loads(
        Session(key, chance).body(entry_from_json(item), Counted(1), chance[-12:])
    )
    return body


def statuses(done: Ingested) -> list[str]:
    return [str(result.status) for result in done.results]


def hashes(inst: Installation) -> dict[str, bytes]:
    rows = inst.read(lambda c: c.execute(select(entries.c.id, entries.c.content_hash)).all())
    return {row.id: row.content_hash for row in rows}


def aside(inst: Installation) -> list[Any]:
    return list(inst.read(lambda c: c.execute(select(quarantine).order_by(quarantine.c.id)).all()))


@pytest.fixture
def item(inst: Installation, park: Tenant) -> dict[str, Any]:
    return entry_item(park.gate, 1, inst.now_ms(), private={"name": "李雷", "phone": "+8613800138000"})


def test_sealed_plain_and_sealed_anew_are_one_entry(inst: Installation, park: Tenant, item: dict[str, Any]):
    first = sealed(inst, item)
    assert statuses(ingest(inst, park.gate, [first])) == ["stored"]
    assert statuses(ingest(inst, park.gate, [first, sealed(inst, item), item])) == ["duplicate"] * 3
    assert hashes(inst) == {item["id"]: content_hash(entry_from_json(item))}
    assert aside(inst) == []


def test_another_content_under_the_same_id_is_a_conflict_kept_once_and_readable(
    inst: Installation, park: Tenant, item: dict[str, Any]
):
    clone = {**item, "private": {**item["private"], "plate": "苏A12345"}}
    assert statuses(ingest(inst, park.gate, [item])) == ["stored"]
    for _ in range(2):
        assert statuses(ingest(inst, park.gate, [sealed(inst, clone)])) == ["conflict"]
    (row,) = aside(inst)
    assert quarantine_rows.value_of(inst.cipher, row) == clone


def test_a_field_that_is_wrong_inside_is_named(inst: Installation, park: Tenant, item: dict[str, Any]):
    key = inst.read(keys.sealing)
    assert key is not None
    made = entry_from_json(item)
    object.__setattr__(made.private, "plate", "X" * 21)  # as only a broken kiosk makes it
    body = json.loads(Session(key, b"s" * 32).body(made, Counted(1), b"n" * 12))
    (result,) = ingest(inst, park.gate, [body]).results
    assert (result.status, result.detail.partition(" is not")[0]) == ("invalid", "plate")


def test_what_does_not_open_is_kept_with_its_own_sentence_and_stops_nothing(
    inst: Installation, park: Tenant, item: dict[str, Any]
):
    stranger = SealingKey("ffff", X25519PrivateKey.generate().public_key().public_bytes_raw())
    other = entry_item(park.gate, 2, inst.now_ms())
    damaged = sealed(inst, item)
    damaged["sealed"]["box"] = damaged["sealed"]["box"][:-8] + "AAAAAAA="
    unknown = sealed(inst, entry_item(park.gate, 3, inst.now_ms()), stranger)
    done = ingest(inst, park.gate, [damaged, unknown, sealed(inst, other)])
    assert statuses(done) == ["invalid", "invalid", "stored"]
    assert "changed or is damaged" in done.results[0].detail
    assert "does not have" in done.results[1].detail
    rows = aside(inst)
    assert [(row.entry_id, row.seq) for row in rows] == [(damaged["id"], 1), (unknown["id"], 3)]
    assert [quarantine_rows.value_of(inst.cipher, row) for row in rows] == [damaged, unknown]
    told = quarantine_rows.entry_of(quarantine_rows.value_of(inst.cipher, rows[0]))
    assert "did not open" in str(told)


def test_the_key_reaches_the_gate_with_its_bundle_and_stays_the_same(inst: Installation, park: Tenant):
    note = gates.bundle(inst, park.gate, 0)
    key = inst.read(keys.sealing)
    assert note is not None
    assert key is not None
    told = json.loads(note.decode().split("\n")[0])["sealing"]
    assert told["kid"] == key.kid
    keys.ensure(inst)
    assert inst.read(keys.sealing) == key


def test_an_installation_from_before_gets_a_key_and_tells_its_gates(
    inst: Installation, park: Tenant, clock: SettableClock
):
    inst.write(lambda c: c.execute(delete(signing_keys).where(signing_keys.c.purpose == keys.SEALING)))
    before = gates.bundle(inst, park.gate, 0)
    assert before is not None
    old = json.loads(before.decode().split("\n")[0])
    assert old["sealing"] is None
    keys.ensure(inst)
    after = gates.bundle(inst, park.gate, old["seq"])
    assert after is not None, "a gate that had the newest bundle gets another one"
    assert json.loads(after.decode().split("\n")[0])["sealing"] is not None


def test_what_was_sealed_for_an_older_key_still_opens(
    inst: Installation, park: Tenant, clock: SettableClock, item: dict[str, Any]
):
    first = sealed(inst, item)
    clock.pass_s(1)
    inst.write(lambda c: keys.sealing_renewed(c, inst))
    later = sealed(inst, entry_item(park.gate, 2, inst.now_ms()))
    assert first["sealed"]["kid"] != later["sealed"]["kid"]
    assert statuses(ingest(inst, park.gate, [first, later])) == ["stored", "stored"]
