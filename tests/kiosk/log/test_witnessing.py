"""A gate as a witness: it follows the log that goes on from what it saw, and no other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.witness import Why
from kiosk.log.head import FILE_NAME, kept
from kiosk.log.witnessing import accept
from tests.domain.owned_log import ORIGIN, Log, leaves
from tests.kiosk.log.conftest import Served, forked, keys
from tests.kiosk.server import as_json
from tests.kiosk.uplink.conftest import Answer


def test_a_log_that_grows_is_followed_and_the_head_is_on_the_disk(seen: Served):
    for seen.size in (20, 21, 37, 60):
        seen.bench.fill(1)
        seen.sync()
        found = kept(seen.bench.home)
        head, refused = found.head, found.refused
        assert head is not None
        assert (head.checkpoint.size, refused, seen.waiting) == (seen.size, None, 0)
    assert [asked["head"].split("\n")[1:2] for asked in seen.told] == [[], ["20"], ["20"], ["21"], ["37"]]
    assert seen.witness.notice is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda served: setattr(served, "log", forked(served.log)), Why.FORKED),
        (lambda served: setattr(served, "size", 19), Why.SHORTER),
        (lambda served: setattr(served, "log", Log(leaves=served.log.leaves)), Why.UNSIGNED),
    ],
    ids=["forked", "cut", "signed by a stranger"],
)
def test_another_log_is_refused_and_nothing_is_settled_under_it(seen: Served, change: Any, why: Why):
    honest, size = seen.log, seen.size
    before = seen.witness.head
    seen.size = 40
    change(seen)
    made = seen.bench.fill(4)
    seen.sync(40)
    assert seen.witness.refused is not None
    assert (seen.witness.refused.why, seen.witness.head) == (why, before)
    assert {entry.id for entry in made} <= seen.desk.stored.keys(), "what was decided still travels"
    assert seen.waiting == 4
    assert seen.told[-1]["refused"]["why"] == why.value
    notice = seen.witness.notice
    assert notice is not None
    assert "not the one this gate saw" in notice.en
    assert "不一致" in notice.zh
    seen.log, seen.size = honest, size + 20
    seen.bench.time.passes(60)
    seen.sync(3)
    assert (seen.waiting, seen.witness.refused, seen.witness.notice) == (0, None, None)


def test_what_is_refused_stays_refused_after_a_restart(seen: Served):
    seen.log = forked(seen.log)
    seen.size = 33
    seen.sync()
    again = seen.again()
    assert again.refused is not None
    assert again.refused.why is Why.FORKED
    assert again.refused.note == seen.log.note(33), "both heads together prove the fork"
    assert again.head == seen.witness.head
    assert again.asked() == seen.witness.asked()


def test_under_a_refused_log_each_entry_is_sent_once_and_kept(seen: Served):
    seen.log = forked(seen.log)
    seen.delivery._most = 10
    seen.bench.fill(25)
    del seen.desk.batches[:]
    seen.sync(6)
    assert [size for size in seen.desk.batches if size] == [10, 10, 5]
    assert seen.waiting == 25
    assert seen.bench.spool.do(lambda spool: spool.prune(seen.bench.time.wall + 10**11)) <= 3


def test_a_refused_server_that_lost_entries_still_gets_them_again(seen: Served):
    """A restored database is older than its log: the gate brings what it lacks, and alarms all the same."""
    usual = seen.desk._usual

    def asks(path: str, request: Any, body: bytes) -> Answer | None:
        settled = json.loads(body).get("settled", []) if path == "/self/entries" else []
        unknown = [one for one in settled if one not in seen.desk.stored]
        reply = usual(path, request, body)
        return as_json(json.loads(reply[2]) | {"unknown": unknown}) if settled and reply else reply

    seen.desk._usual = asks
    seen.desk.stored.clear()
    seen.size = 12
    seen.delivery._most = 1
    seen.bench.time.passes(60)
    seen.sync(8)
    assert sorted(entry["seq"] for entry in seen.desk.stored.values()) == [1, 2, 3]
    assert seen.waiting == 3
    assert seen.witness.refused is not None


def test_no_proof_is_no_answer(seen: Served):
    seen.size = 30
    seen.answer = lambda reply, body: reply  # type: ignore[method-assign]
    seen.bench.fill(1)
    seen.sync(2)
    assert seen.witness.refused is not None
    assert seen.witness.refused.why is Why.WITHHELD
    assert seen.waiting == 1


def test_every_byte_of_the_answer_is_bound(seen: Served):
    """L1 at the gate: any changed byte of the head or of the proof is refused, and the old head stays."""
    before = seen.witness.head
    note, proof = seen.log.note(41), b"".join(seen.log.proof(20, 41))
    for at in range(len(note)):
        changed = note[:at] + bytes([note[at] ^ 1]) + note[at + 1 :]
        assert seen.witness.heard(changed, seen.log.proof(20, 41)) != "vouched", at
    for at in range(len(proof)):
        changed = proof[:at] + bytes([proof[at] ^ 1]) + proof[at + 1 :]
        parts = tuple(changed[start : start + 32] for start in range(0, len(changed), 32))
        assert seen.witness.heard(note, parts) == "refused", at
    assert seen.witness.head == before


def test_a_key_that_is_not_in_the_bundle_yet_is_doubted_first(seen: Served):
    renewed = Log(leaves=seen.log.leaves)
    old, seen.log, seen.size = seen.log, renewed, 44
    seen.bench.fill(1)
    seen.sync(2)
    assert (seen.witness.refused, seen.waiting) == (None, 1), "neither settled nor alarmed"
    seen.teach(renewed, old)
    seen.bench.time.passes(6)
    seen.sync()
    assert seen.waiting == 0
    assert seen.witness.head is not None
    assert seen.witness.head.key == renewed.note_key


def test_an_old_key_signs_nothing_new_after_it_was_replaced(seen: Served):
    renewed = Log(leaves=seen.log.leaves)
    now_s = seen.bench.time.wall // 1000
    seen.bench.office.teach(seen.bench.trust, 9, log=(keys(renewed), keys(seen.log, now_s)))
    seen.bench.fill(1)
    seen.sync()
    assert seen.waiting == 0, "the head it has already is good"
    seen.size = 50
    seen.bench.fill(1)
    for _ in range(40):
        seen.sync()
    assert seen.witness.refused is not None
    assert seen.witness.refused.why is Why.UNSIGNED


def test_a_reopened_log_that_lost_what_was_seen_is_followed_only_when_somebody_says_so_here(seen: Served):
    reopened = Log(f"{ORIGIN}/2", [*seen.log.leaves[:12], *leaves(30, "again")])
    old_head = seen.witness.head
    seen.teach(reopened, seen.log)
    seen.log, seen.size = reopened, 40
    seen.bench.fill(2)
    seen.sync(2)
    assert seen.witness.refused is not None
    assert (seen.witness.refused.why, seen.waiting) == (Why.RENAMED, 2)
    accept(seen.bench.home)
    seen.bench.time.passes(60)
    seen.sync(2)
    assert (seen.witness.refused, seen.waiting) == (None, 0)
    assert seen.witness.head is not None
    assert seen.witness.head.checkpoint.origin == reopened.origin
    [aside] = seen.bench.home.glob(f"{FILE_NAME}.before-*")
    assert old_head is not None
    assert json.loads(aside.read_text())["note"] == old_head.note.decode(), "the evidence stays"
