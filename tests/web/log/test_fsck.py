"""Whatever is altered in the database afterwards, fsck finds it and says where (L1–L4, L8)."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text

from domain.keeping import DEFAULT_DAYS
from tests.web.log.tampering import entry_ids, fill, findings, places, recompute, unguarded
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import entries, entry_people, leaves
from web.services.installation import Installation
from web.services.keeping.purging import purging
from web.services.logs import log_head, log_proving, sequencing
from web.services.logs.checking import log_fsck, log_pages
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn
from web.services.signing_keys import issuing, keys
from web.store.scope import PROGRAM


@pytest.fixture
def log(inst: Installation, park: Tenant) -> list[str]:
    """Seven entries in the log under two checkpoints, and who made the fifth."""
    fill(inst, park, 1, 2, 3, 4)
    given = CheckIn(checkin.new_entry_id(inst), "Wang Wei", "13800138000", plate="苏A12345")
    checkin.check_in(inst, park.poster, given)
    fill(inst, park, 6, 7)
    return entry_ids(inst)


def test_a_log_as_it_was_written_has_no_fault(inst: Installation, log: list[str]):
    assert places(inst) == []
    assert log_fsck.checked(inst, pytest.fail) == log_fsck.Checked(7, 2, 0)


def test_an_empty_log_has_no_fault(inst: Installation):
    assert log_fsck.checked(inst, pytest.fail) == log_fsck.Checked(0, 0, 0)


def test_leaves_about_keys_are_no_fault(inst: Installation, log: list[str]):
    keys.ensure(inst)  # which makes the enterprise a key of its own, and says so
    issuing.withdraw(inst, issuing.listed(inst)[0].kid)
    told = sequencing.sequence(inst)
    assert told >= 2
    assert log_fsck.checked(inst, pytest.fail) == log_fsck.Checked(7 + told, 3, 0)


def test_several_processes_see_what_one_sees(inst: Installation, log: list[str]):
    unguarded(inst, "UPDATE entries SET at_ms = 1 WHERE id = :id", id=log[2])
    alone = [leaf for page in log_pages.pages(inst, 7, 1) for leaf in page]
    together = [leaf for page in log_pages.pages(inst, 7, 2, many=1) for leaf in page]
    assert alone == together
    assert [leaf.index for leaf in alone if leaf.findings] == [2]


def test_what_waits_for_its_index_is_counted_and_no_fault(inst: Installation, park: Tenant, log: list[str]):
    given = CheckIn(checkin.new_entry_id(inst), "Li Na", "13900139000")
    checkin.check_in(inst, park.poster, given)
    assert log_fsck.checked(inst, pytest.fail) == log_fsck.Checked(7, 2, 1)


def test_every_byte_of_a_leaf_is_bound(inst: Installation, log: list[str]):
    body = inst.read(lambda c: c.scalar(select(leaves.c.body).where(leaves.c.ref == log[2])))
    for at in range(0, len(body), 37):
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        unguarded(inst, "UPDATE leaves SET body = :changed WHERE ref = :ref", changed=changed, ref=log[2])
        found = places(inst)
        assert "leaf 2" in found
        assert "checkpoint 7" in found


@pytest.mark.parametrize(
    "column",
    [
        column.name
        for column in entries.columns
        if column.name not in ("id", "received_ms", "venue_id", "entrance_id")
    ],
)
def test_every_column_of_an_entry_is_compared_with_its_leaf(inst: Installation, log: list[str], column: str):
    value = {
        "device": "other", "direction": "out", "outcome": "refused", "reason": "expired",
        "presence": "static", "way": "paper", "clock": "{}", "content_hash": bytes(32),
        "corrects": log[0], "time_quality": "unknown",
    }.get(column, 424_242)  # fmt: skip
    unguarded(inst, f"UPDATE entries SET {column} = :value WHERE id = :id", value=value, id=log[3])
    assert [found for found in places(inst) if not found.startswith("checkpoint")] == [
        f"leaf 3, entry {log[3]}"
    ]
    assert column in findings(inst)[0].sentence.en


def test_an_entry_moved_to_another_place_is_found(inst: Installation, log: list[str], park: Tenant):
    unguarded(
        inst, "UPDATE entries SET entrance_id = :side WHERE id = :id", side=park.side_entrance, id=log[3]
    )
    assert places(inst) == [f"leaf 3, entry {log[3]}"]


def test_an_entry_that_was_deleted_is_missed(inst: Installation, log: list[str]):
    unguarded(
        inst,
        "DELETE FROM entry_people WHERE entry_id = :id",
        "DELETE FROM entries WHERE id = :id",
        id=log[1],
    )
    assert places(inst) == ["leaf 1"]


def test_an_entry_that_was_slipped_in_has_no_leaf(inst: Installation, log: list[str]):
    columns = ", ".join(column.name for column in entries.columns if column.name not in ("id", "seq"))
    unguarded(
        inst,
        f"INSERT INTO entries (id, seq, {columns}) SELECT 'e1', 999, {columns} FROM entries WHERE id = :id",
        id=log[1],
    )
    assert places(inst) == ["entry e1"]


def test_a_deleted_leaf_is_missed_and_a_cut_tail_too(inst: Installation, log: list[str]):
    cut = (
        "DELETE FROM log_sequence WHERE leaf_index = :at",
        "DELETE FROM leaves WHERE ref = :ref",
        "DELETE FROM entry_people WHERE entry_id = :ref",
        "DELETE FROM entries WHERE id = :ref",
    )
    unguarded(inst, *cut, at=6, ref=log[6])
    assert places(inst) == ["checkpoint 7"]
    unguarded(inst, "DELETE FROM checkpoints WHERE size = 7")
    assert "leaf 5" not in places(inst)
    unguarded(inst, *cut, at=1, ref=log[1])
    assert {"leaf 1", "checkpoint 4"} <= set(places(inst))


def test_a_tail_that_was_cut_with_its_checkpoint_is_known_from_the_head_outside(
    inst: Installation, park: Tenant, log: list[str]
):
    cut = [
        "DELETE FROM checkpoints WHERE size = 7",
        "DELETE FROM log_sequence WHERE leaf_index > 3",
        "DELETE FROM leaves WHERE id > 4",
        "DELETE FROM entry_people WHERE entry_id IN (:a, :b, :c)",
        "DELETE FROM entries WHERE id IN (:a, :b, :c)",
    ]
    unguarded(inst, *cut, a=log[4], b=log[5], c=log[6])
    [found] = findings(inst)
    assert found.where == log_head.FILE
    assert "7 were signed" in found.sentence.en
    fill(inst, park, 20)
    assert inst.read(sequencing.latest_frontier).size == 4, "and nothing is signed over it"


def test_leaves_in_another_order_are_found(inst: Installation, log: list[str]):
    unguarded(
        inst,
        "UPDATE log_sequence SET leaf_id = -1 WHERE leaf_index = 1",
        "UPDATE log_sequence SET leaf_id = (SELECT id FROM leaves WHERE ref = :one) WHERE leaf_index = 2",
        "UPDATE log_sequence SET leaf_id = (SELECT id FROM leaves WHERE ref = :two) WHERE leaf_index = 1",
        one=log[1],
        two=log[2],
    )
    recompute(inst, with_key=True)
    assert "leaf 2" in places(inst)


def test_a_back_dated_leaf_is_refused_even_when_all_is_recomputed(inst: Installation, log: list[str]):
    before = log_proving.head(inst)
    body = inst.read(lambda c: c.scalar(select(leaves.c.body).where(leaves.c.ref == log[2])))
    value = json.loads(body)
    value["at_ms"] -= 3_600_000
    changed = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    unguarded(
        inst,
        "UPDATE leaves SET body = :body WHERE ref = :id",
        "UPDATE entries SET at_ms = :at WHERE id = :id",
        body=changed,
        id=log[2],
        at=value["at_ms"],
    )
    recompute(inst, with_key=False)
    assert {"checkpoint 4", "checkpoint 7", log_head.FILE} <= set(places(inst))
    recompute(inst, with_key=True)
    found = places(inst)
    assert not any(place.startswith("checkpoint") for place in found), "the insider had the key too"
    assert log_head.FILE in found, "but not the head that was kept outside"
    with pytest.raises(Exception, match="does not hold"):
        log_proving.extended(inst, before)


def test_a_leaf_left_out_of_the_log_is_found(inst: Installation, log: list[str]):
    unguarded(inst, "DELETE FROM log_sequence WHERE leaf_index = 2")
    assert {"leaf 2", "checkpoint 4", "leaf id 3"} <= set(places(inst))


def test_a_leaf_under_no_checkpoint_is_found(inst: Installation, log: list[str]):
    unguarded(inst, "DELETE FROM checkpoints WHERE size = 7")
    assert "leaf 4" in places(inst)


@pytest.mark.parametrize("what", ["note", "peaks"])
def test_an_altered_checkpoint_is_found(inst: Installation, log: list[str], what: str):
    unguarded(inst, f"UPDATE checkpoints SET {what} = :value WHERE size = 4", value=b"x" * 32)
    assert places(inst) == ["checkpoint 4"]


def test_altered_and_moved_private_records_are_found(inst: Installation, log: list[str]):
    unguarded(inst, "UPDATE entry_people SET salt = :salt WHERE entry_id = :id", salt=bytes(32), id=log[4])
    assert places(inst) == [f"leaf 4, entry {log[4]}"]
    unguarded(inst, "UPDATE entry_people SET record_sealed = :r WHERE entry_id = :id", r=b"x" * 99, id=log[0])
    assert places(inst) == [f"leaf 0, entry {log[0]}", f"leaf 4, entry {log[4]}"]


def test_kept_hashes_of_tiles_are_compared(inst: Installation, park: Tenant):
    fill(inst, park, *range(1, 601))
    assert places(inst) == []
    unguarded(inst, "UPDATE log_nodes SET node_hash = :hash WHERE node_index = 1", hash=bytes(32))
    assert places(inst) == ["tile 1/1"]
    unguarded(inst, "DELETE FROM log_nodes")
    assert places(inst) == ["tile 1/0", "tile 1/1"]


def test_who_is_forgotten_leaves_every_proof_as_it_was(
    inst: Installation, park: Tenant, log: list[str], clock: SettableClock
):
    before = log_proving.evidence(inst, PROGRAM, log[4])
    told = log_proving.evidence(inst, PROGRAM, log[4], with_record=True)
    assert "苏A12345".encode() in told
    clock.pass_s((DEFAULT_DAYS + 1) * 86_400)
    purging.purge(inst)
    while sequencing.sequence(inst):
        pass
    assert inst.read(lambda c: c.execute(select(entry_people)).all()) == []
    assert places(inst) == []
    for entry in log:
        after = log_proving.evidence(inst, PROGRAM, entry)
        assert log_proving.verified(inst, after).checkpoint.size == 8
        with pytest.raises(Exception, match="forgotten"):
            log_proving.evidence(inst, PROGRAM, entry, with_record=True)
    assert log_proving.verified(inst, before).checkpoint.size == 7
    assert inst.read(lambda c: c.scalar(text("SELECT count(*) FROM leaves"))) == 8
