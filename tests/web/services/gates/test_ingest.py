"""Entries from kiosks: sent at least once, kept exactly once, and one bad row never stops the rest (§6)."""

from __future__ import annotations

import json
import threading
from typing import Any

from sqlalchemy import insert, select

from domain.entry_wire import content_hash, entry_from_json
from tests.web.tenants import SettableClock, Tenant, enrolled, entry_item
from web.db.tables import entries, entry_people, leaves, quarantine
from web.services.desk import searching
from web.services.desk.exporting import exporting_stream
from web.services.desk.filtering.filters import Filter
from web.services.gates.gates import Gate
from web.services.gates.ingest import Ingested, Result, ingest
from web.services.installation import Installation
from web.services.people import codes, visitors
from web.services.people.visitors import Registration


def sent(inst: Installation, gate: Gate, *items: object) -> list[str]:
    return [str(result.status) for result in ingest(inst, gate, list(items)).results]


def progress(done: Ingested) -> tuple[int, tuple[tuple[int, int], ...]]:
    return done.highest_seq, done.missing


def kept(inst: Installation) -> dict[str, bytes]:
    """The content hash of every entry, each of which has its private record and its leaf."""
    rows = inst.read(lambda c: c.execute(select(entries.c.id, entries.c.content_hash)).all())
    people = inst.read(lambda c: sorted(c.scalars(select(entry_people.c.entry_id))))
    refs = inst.read(lambda c: sorted(c.scalars(select(leaves.c.ref).where(leaves.c.kind == "entry"))))
    assert sorted(row.id for row in rows) == people == refs
    return {row.id: row.content_hash for row in rows}


def hashed(item: dict[str, Any]) -> bytes:
    return content_hash(entry_from_json(item))


def set_aside(inst: Installation) -> list[Any]:
    return list(inst.read(lambda c: c.execute(select(quarantine).order_by(quarantine.c.id)).all()))


def test_an_entry_is_stored_once_and_every_repetition_is_a_duplicate(inst: Installation, park: Tenant):
    item = entry_item(park.gate, 1, inst.now_ms())
    assert sent(inst, park.gate, item) == ["stored"]
    assert sent(inst, park.gate, item) == ["duplicate"]
    assert sent(inst, park.gate, item, item) == ["duplicate", "duplicate"]
    assert kept(inst) == {item["id"]: hashed(item)}


def test_the_same_entry_twice_in_one_batch_is_stored_and_a_duplicate(inst: Installation, park: Tenant):
    item = entry_item(park.gate, 1, inst.now_ms())
    assert sent(inst, park.gate, item, item) == ["stored", "duplicate"]
    assert kept(inst) == {item["id"]: hashed(item)}
    assert set_aside(inst) == []


def test_the_same_id_with_other_bytes_is_a_conflict_and_the_first_stays(inst: Installation, park: Tenant):
    first = entry_item(park.gate, 1, inst.now_ms())
    changed = {**first, "outcome": "refused", "reason": "code_expired"}
    assert sent(inst, park.gate, first) == ["stored"]
    assert sent(inst, park.gate, changed) == ["conflict"]
    assert sent(inst, park.gate, first) == ["duplicate"]
    assert kept(inst) == {first["id"]: hashed(first)}


def test_an_id_with_two_bodies_in_one_batch_keeps_the_first_and_sets_the_other_aside(
    inst: Installation, park: Tenant
):
    first = entry_item(park.gate, 1, inst.now_ms())
    changed = {**first, "at_ms": first["at_ms"] + 1}
    assert sent(inst, park.gate, first, changed) == ["stored", "conflict"]
    assert kept(inst) == {first["id"]: hashed(first)}
    assert sent(inst, park.gate, first) == ["duplicate"]
    assert sent(inst, park.gate, changed) == ["conflict"]
    assert [row.entry_id for row in set_aside(inst)] == [first["id"]]


def test_a_sequence_number_used_twice_is_a_conflict(inst: Installation, park: Tenant):
    first, clone = (entry_item(park.gate, 1, inst.now_ms() + later) for later in (0, 5))
    assert first["id"] != clone["id"]
    assert sent(inst, park.gate, first) == ["stored"]
    assert sent(inst, park.gate, clone) == ["conflict"]
    again = entry_item(park.gate, 1, inst.now_ms() + 9)
    assert sent(inst, park.gate, entry_item(park.gate, 2, inst.now_ms()), again) == ["stored", "conflict"]
    assert len(kept(inst)) == 2


def test_two_entries_with_one_new_sequence_number_in_a_batch(inst: Installation, park: Tenant):
    first, clone = (entry_item(park.gate, 1, inst.now_ms() + later) for later in (0, 5))
    assert sent(inst, park.gate, first, clone) == ["stored", "conflict"]
    assert kept(inst) == {first["id"]: hashed(first)}


def nested(levels: int) -> object:
    value: object = "deep"
    for _ in range(levels):
        value = [value]
    return value


POISON: list[object] = [
    None, 5, "entry", [], {}, True, {"id": None}, {"id": "\ud800"}, {"id": "a\0b", "seq": 10**30},
    {"\0": 1}, {"\ud800": "\ud800"}, {"id": ["x"] * 1000}, {"id": nested(200)}, nested(201),
    {"seq": float("nan"), "v": float("inf")}, {"id": "x" * 100_000}, {"v": 10**400},
]  # fmt: skip


def test_a_poison_row_stops_no_other_and_is_kept_for_staff(inst: Installation, park: Tenant):
    good = [entry_item(park.gate, seq, inst.now_ms()) for seq in range(1, len(POISON) + 1)]
    mixed = [item for pair in zip(good, POISON, strict=True) for item in pair]
    done = ingest(inst, park.gate, mixed)
    assert [str(result.status) for result in done.results] == ["stored", "invalid"] * len(POISON)
    assert all(result.detail for result in done.results[1::2])
    assert len(kept(inst)) == len(POISON)
    assert {(row.kiosk_id, row.why) for row in set_aside(inst)} == {(park.gate.id, "invalid")}
    assert len(set_aside(inst)) == len(POISON)


WRONG: list[tuple[str, object]] = [
    ("v", 2), ("id", "not-a-uuid"), ("seq", 0), ("seq", 2**53), ("seq", True), ("seq", "1"),
    ("direction", "sideways"), ("at_ms", -1), ("at_ms", 1.5), ("outcome", "maybe"), ("reason", "x"),
    ("presence", "x"), ("way", "x"), ("policy_version", -1), ("clock", None), ("private", []),
]  # fmt: skip
WRONG_INSIDE: list[tuple[str, object]] = [
    ("visitor_id", "a\0b"), ("cti", "zz"), ("companions", -1), ("temperature_tenths", 3660), ("details", []),
]  # fmt: skip


def test_an_entry_that_is_none_says_which_field_is_wrong(inst: Installation, park: Tenant):
    good = entry_item(park.gate, 1, inst.now_ms())
    inside = [{**good, "private": {**good["private"], field: value}} for field, value in WRONG_INSIDE]
    done = ingest(inst, park.gate, [*({**good, field: value} for field, value in WRONG), *inside])
    for result, (field, _) in zip(done.results, [*WRONG, *WRONG_INSIDE], strict=True):
        assert result.status == "invalid", field
        assert result.detail.startswith(f"{field} is not")
    assert kept(inst) == {}


SAFE = 2**53 - 1
EDGES: list[dict[str, Any]] = [
    {"policy_version": 2**31 - 1}, {"bundle_seq": SAFE}, {"at_ms": 0}, {"at_ms": 253_370_764_799_999},
    {"id": "ffffffff-ffff-7fff-bfff-ffffffffffff"}, {"id": "00000000-0000-7000-8000-000000000000"},
    {"clock": {"boot_id": "b", "boot_ms": SAFE, "offset_ms": SAFE, "offset_age_ms": SAFE}},
    {"clock": {"boot_id": "", "boot_ms": 0, "offset_ms": -SAFE, "offset_age_ms": None}},
    {"private": {"companions": 500, "occupants": ["1" * 20] * 100}}, {"private": {"visitor_id": "v" * 64}},
]  # fmt: skip


def test_the_most_that_an_entry_may_say_fits_into_every_database(inst: Installation, park: Tenant):
    made = [entry_item(park.gate, seq, inst.now_ms() + seq) for seq in range(1, len(EDGES) + 1)]
    made += [entry_item(park.gate, SAFE, inst.now_ms()), entry_item(park.gate, 99, inst.now_ms())]
    for item, edge in zip(made, EDGES, strict=False):
        item["private"] |= edge.get("private", {})
        item |= {name: value for name, value in edge.items() if name != "private"}
    too_much = {**made[-1], "policy_version": 2**31}
    assert sent(inst, park.gate, *made[:-1], too_much) == ["stored"] * (len(EDGES) + 1) + ["invalid"]
    assert sent(inst, park.gate, made[-1]) == ["stored"]


def test_no_kiosk_speaks_for_another_kiosk_entrance_or_venue(inst: Installation, park: Tenant, mill: Tenant):
    own = entry_item(park.gate, 1, inst.now_ms())
    foreign = [
        entry_item(mill.gate, 1, inst.now_ms()),
        {**own, "entrance": park.side_entrance},
        {**own, "venue": mill.venue},
        {**own, "entrance": mill.entrance, "venue": mill.venue},
        {**own, "device": "web"},
    ]
    assert sent(inst, park.gate, *foreign, own) == ["invalid"] * 5 + ["stored"]
    assert kept(inst) == {own["id"]: hashed(own)}


def test_what_is_set_aside_is_kept_once_sealed_and_whole(inst: Installation, park: Tenant):
    first = entry_item(park.gate, 1, inst.now_ms())
    clone = {**first, "private": {**first["private"], "plate": "苏A12345"}}
    broken = {"id": "x", "name": "张三", "odd": [1, 2.5, None]}
    for _ in range(3):
        sent(inst, park.gate, first, clone, broken)
    rows = set_aside(inst)
    assert [(row.entry_id, row.seq, row.why) for row in rows] == [
        (first["id"], 1, "conflict"),
        ("x", None, "invalid"),
    ]
    for row, body in zip(rows, (clone, broken), strict=True):
        place = f"quarantine|body|{row.body_hash.hex()}"
        assert json.loads(inst.cipher.opened(row.body_sealed, place)) == body
        assert "苏A12345".encode() not in row.body_sealed


def test_gaps_are_told_and_closed(inst: Installation, park: Tenant):
    def send(*seqs: int) -> tuple[int, tuple[tuple[int, int], ...]]:
        return progress(ingest(inst, park.gate, [entry_item(park.gate, s, inst.now_ms()) for s in seqs]))

    assert send() == (0, ())
    assert send(1, 2) == (2, ())
    assert send(5) == (5, ((3, 4),))
    assert send(9, 7) == (9, ((3, 4), (6, 6), (8, 8)))
    assert send(4) == (9, ((3, 3), (6, 6), (8, 8)))
    assert send(3, 6) == (9, ((8, 8),))
    assert send(8) == (9, ())
    assert send() == (9, ())


def test_a_row_that_was_set_aside_leaves_no_gap(inst: Installation, park: Tenant):
    broken = {**entry_item(park.gate, 2, inst.now_ms()), "outcome": "maybe"}
    one, three = (entry_item(park.gate, seq, inst.now_ms()) for seq in (1, 3))
    assert progress(ingest(inst, park.gate, [one, broken, three])) == (3, ())


def test_what_another_kiosk_numbered_closes_no_gap_of_this_one(
    inst: Installation, park: Tenant, mill: Tenant
):
    one, three = (entry_item(park.gate, seq, inst.now_ms()) for seq in (1, 3))
    foreign = entry_item(mill.gate, 2, inst.now_ms())
    assert progress(ingest(inst, park.gate, [one, foreign, three])) == (3, ((2, 2),))


def test_the_end_is_known_however_many_rows_wait_above_a_gap(inst: Installation, park: Tenant):
    def many(connection: Any) -> None:
        item = entry_item(park.gate, 1, inst.now_ms())
        row = {
            name: item.get(name) or "" for name in ("direction", "outcome", "reason", "presence", "way")
        } | {"device": park.gate.id, "venue_id": park.venue, "entrance_id": park.entrance}
        numbers = {"at_ms": 1, "received_ms": 1, "policy_version": 1, "bundle_seq": 1}
        rest = {"clock": json.dumps(item["clock"]), "content_hash": b"x"}
        rows = [{"id": f"e{seq}", "seq": seq, **row, **numbers, **rest} for seq in range(2, 25_002)]
        connection.execute(insert(entries), rows)

    inst.write(many)
    last = entry_item(park.gate, 25_002, inst.now_ms())
    assert progress(ingest(inst, park.gate, [last])) == (25_002, ((1, 1),))
    first = entry_item(park.gate, 1, inst.now_ms())
    assert progress(ingest(inst, park.gate, [first])) == (25_002, ())


def test_a_full_batch_is_stored_and_its_repetition_is_not(inst: Installation, park: Tenant):
    batch = [entry_item(park.gate, seq, inst.now_ms() + seq) for seq in range(1, 501)]
    assert set(sent(inst, park.gate, *batch)) == {"stored"}
    assert set(sent(inst, park.gate, *batch)) == {"duplicate"}
    assert kept(inst) == {item["id"]: hashed(item) for item in batch}


def test_duplicate_batches_in_parallel_store_each_entry_exactly_once(inst: Installation, park: Tenant):
    batch: list[object] = [entry_item(park.gate, seq, inst.now_ms() + seq) for seq in range(1, 21)]
    results: list[Result] = []
    start = threading.Barrier(8)

    def send(order: int) -> None:
        start.wait()
        results.extend(ingest(inst, park.gate, batch[order:] + batch[:order]).results)

    threads = [threading.Thread(target=send, args=[order * 2]) for order in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(str(result.status) for result in results)
    assert statuses == ["duplicate"] * 140 + ["stored"] * 20
    assert len(kept(inst)) == 20


def test_two_kiosks_of_one_entrance_have_numbers_of_their_own(inst: Installation, park: Tenant):
    second, _ = enrolled(inst, park.staff, park.entrance)
    for gate in (park.gate, second):
        done = ingest(inst, gate, [entry_item(gate, seq, inst.now_ms()) for seq in (1, 2)])
        assert progress(done) == (2, ())
    assert len(kept(inst)) == 4


def test_an_entry_with_a_code_is_its_visitors_whatever_the_gate_knew(inst: Installation, park: Tenant):
    given = Registration(park.enterprise, "Wang Wei", "13800138000", "contractor")
    visitors.register(inst, park.staff, given)
    [row] = visitors.listed(inst, park.staff)
    codes.card_text(inst, park.staff, row.id)
    cti = inst.read(lambda c: c.exec_driver_sql("SELECT cti FROM codes").scalar())
    unknown = {"outcome": "referred", "reason": "visitor_unknown", "private": {"cti": cti, "visitor_id": ""}}
    assert sent(inst, park.gate, entry_item(park.gate, 1, inst.now_ms(), **unknown)) == ["stored"]
    [shown] = searching.search(inst, park.staff, Filter(venue_id=park.venue)).rows
    assert (shown.masked_name, shown.visitor_class) == ("W*** W***", "contractor")


def test_received_is_the_servers_time_and_at_the_gates(
    inst: Installation, park: Tenant, clock: SettableClock
):
    made_ms = inst.now_ms() - 30 * 86_400_000
    clock.pass_s(60)
    sent(inst, park.gate, entry_item(park.gate, 1, made_ms))
    [row] = searching.search(inst, park.staff, Filter(venue_id=park.venue)).rows
    assert (row.at_ms, row.received_ms) == (made_ms, clock.ms)


def test_a_kiosk_whose_clock_ran_to_the_end_of_time_breaks_no_page(inst: Installation, park: Tenant):
    assert sent(inst, park.gate, entry_item(park.gate, 1, 253_402_300_799_000)) in (["stored"], ["invalid"])
    assert sent(inst, park.gate, entry_item(park.gate, 2, 0)) == ["stored"]
    searching.search(inst, park.staff, Filter(venue_id=park.venue))
    assert b"1970-01-01T00:00:00.000Z" in b"".join(
        exporting_stream.csv(inst, park.staff, Filter(venue_id=park.venue))
    )
