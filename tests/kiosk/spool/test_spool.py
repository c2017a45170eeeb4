from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from domain.entry_wire import content_hash, entry_from_json
from kiosk.spool.file import CHAIN_START, FILE_NAME, next_chain
from kiosk.spool.spool import KEPT_MS
from kiosk.spool.values import Settled
from tests.kiosk.spool.filling import AT_MS, filled, filled_seq, opened, take_all


def test_numbers_begin_at_one_without_gaps_and_bodies_are_what_the_server_reads(tmp_path: Path) -> None:
    batch = filled(tmp_path, 3).batch()
    assert [waiting.seq for waiting in batch] == [1, 2, 3]
    entry = entry_from_json(json.loads(batch[0].body))
    assert (entry.id, entry.seq) == (batch[0].id, 1)
    assert content_hash(entry)


def test_entries_are_there_after_reopening_and_numbers_go_on(tmp_path: Path) -> None:
    filled(tmp_path, 2).close()
    spool = filled(tmp_path, 1)
    assert [waiting.seq for waiting in spool.batch()] == [1, 2, 3]
    assert spool.notice is None


def test_every_entry_hashes_into_the_chain_of_those_before_it(tmp_path: Path) -> None:
    filled(tmp_path, 4).close()
    chain = CHAIN_START
    rows = sqlite3.connect(tmp_path / FILE_NAME).execute("SELECT body, chain FROM entry ORDER BY seq")
    for body, kept in rows:
        chain = next_chain(chain, body)
        assert chain == kept


def test_a_batch_is_bounded_in_entries_and_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = filled(tmp_path, 12)
    assert len(spool.batch(5)) == 5
    assert [waiting.seq for waiting in spool.batch(3, frozenset({1, 2}))] == [3, 4, 5]
    size = len(spool.batch(1)[0].body)
    monkeypatch.setattr("kiosk.spool.spool.BATCH_BYTES", size * 4 + 40)
    assert len(spool.batch(12)) == 4


def test_settling_deletes_nothing_and_quarantine_is_kept_apart(tmp_path: Path) -> None:
    spool = filled(tmp_path, 3)
    first, second, _ = spool.batch()
    counts = spool.settle([Settled(first.id, True), Settled(second.id, False, "conflict")], AT_MS)
    assert (counts.waiting, counts.quarantined) == (1, 1)
    assert len(spool.bodies_since(0)) == 3
    assert spool.settle([Settled(second.id, True)], AT_MS).quarantined == 1, (
        "quarantine is left by staff only"
    )


def test_what_the_server_lost_waits_again(tmp_path: Path) -> None:
    spool = filled(tmp_path, 5)
    take_all(spool)
    assert spool.send_again([(2, 3), (90, 99)]) == 2
    assert [waiting.seq for waiting in spool.batch()] == [1, 2, 3, 4, 5], "whatever else it lost"


def test_entries_go_seven_days_after_they_were_taken_and_the_chain_still_holds(tmp_path: Path) -> None:
    spool = filled(tmp_path, 4)
    take_all(spool)
    filled_later = [waiting.seq for waiting in spool.batch()]
    assert filled_later == []
    assert spool.prune(AT_MS + KEPT_MS - 1) == 0
    assert spool.prune(AT_MS + KEPT_MS) == 3, "the last one stays as the end of the chain"
    spool.close()
    spool = filled(tmp_path, 1)
    assert spool.notice is None
    assert [waiting.seq for waiting in spool.batch()] == [5]


def test_an_entry_that_waits_is_never_pruned_nor_those_behind_it(tmp_path: Path) -> None:
    spool = filled(tmp_path, 3)
    second, third = spool.batch()[1:]
    spool.settle([Settled(second.id, True), Settled(third.id, True)], AT_MS)
    assert spool.prune(AT_MS + 2 * KEPT_MS) == 0


def test_the_server_knowing_a_higher_number_moves_ours_up(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    spool.never_below(41)
    assert filled_seq(spool) == 42
