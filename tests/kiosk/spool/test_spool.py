from __future__ import annotations

import itertools
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from domain.entry_wire import content_hash, entry_from_json
from domain.errors import InputError
from domain.gap import Gap, GapCause
from kiosk.spool.file import CHAIN_START, FILE_NAME, SpoolError, next_chain, safe_journal
from kiosk.spool.high_water import HighWater, Mark
from kiosk.spool.spool import KEPT_MS, Settled, Spool
from tests.kiosk.conftest import sealed

AT_MS = 1_795_000_000_000


def opened(folder: Path) -> Spool:
    return Spool(folder, lambda: AT_MS)


def filled(folder: Path, count: int) -> Spool:
    spool = opened(folder)
    numbers = itertools.count(spool._next_seq)
    for _ in range(count):
        spool.commit(sealed(AT_MS, lambda size: next(numbers).to_bytes(size, "big")), AT_MS)
    return spool


def take_all(spool: Spool, at_ms: int = AT_MS) -> None:
    spool.settle([Settled(waiting.id, True) for waiting in spool.batch()], at_ms)


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


def test_a_changed_entry_is_found_at_the_next_start_and_the_file_is_set_aside(tmp_path: Path) -> None:
    filled(tmp_path, 3).close()
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    with connection:
        connection.execute(
            "UPDATE entry SET body = CAST(replace(body, 'welcome', 'goodbye') AS BLOB) WHERE seq = 2"
        )
    connection.close()
    spool = filled(tmp_path, 1)
    assert spool.notice is not None
    assert "entry 2 was changed" in spool.notice.en
    assert list(tmp_path.glob(f"{FILE_NAME}.damaged-*"))
    assert [waiting.seq for waiting in spool.batch()] == [4], "numbers are never used twice"


@pytest.mark.parametrize(
    "damage", [b"", b"not a database, just text", b"SQLite format 3\x00" + b"\xff" * 4000]
)
def test_a_damaged_file_opens_a_new_epoch_above_every_number_given_out(tmp_path: Path, damage: bytes) -> None:
    filled(tmp_path, 7).close()
    (tmp_path / FILE_NAME).write_bytes(damage)
    spool = filled(tmp_path, 1)
    assert [waiting.seq for waiting in spool.batch()] == [8]
    assert spool.notice is not None
    assert HighWater(tmp_path / "high-water").mark == Mark(2, 8)
    assert spool.gaps() == [Gap(1, 7, GapCause.DAMAGED if damage else GapCause.VANISHED, AT_MS)]


def test_a_deleted_spool_does_not_begin_at_one_again(tmp_path: Path) -> None:
    filled(tmp_path, 3).close()
    (tmp_path / FILE_NAME).unlink()
    spool = opened(tmp_path)
    assert spool.notice is not None
    assert "1 to 3" in spool.notice.en
    assert spool.gaps() == [Gap(1, 3, GapCause.VANISHED, AT_MS)]
    assert filled_seq(spool) == 4


def test_an_older_copy_put_back_does_not_reuse_numbers(tmp_path: Path) -> None:
    filled(tmp_path, 2).close()
    shutil.copy(tmp_path / FILE_NAME, tmp_path / "copy")
    filled(tmp_path, 2).close()
    (tmp_path / "copy").replace(tmp_path / FILE_NAME)
    spool = opened(tmp_path)
    assert spool.notice is not None
    assert "3 to 4" in spool.notice.en
    assert spool.gaps() == [Gap(3, 4, GapCause.VANISHED, AT_MS)]
    assert filled_seq(spool) == 5


def test_a_gap_is_told_until_the_server_noted_it_and_again_if_it_forgot(tmp_path: Path) -> None:
    spool = filled(tmp_path, 4)
    spool.lacks([(1, 2), (3, 9)], AT_MS)
    (gap,) = spool.gaps()
    assert (gap.first, gap.last, gap.cause) == (5, 9, GapCause.ABSENT)
    spool.gaps_told([gap])
    assert spool.gaps() == []
    spool.close()
    spool = opened(tmp_path)
    assert (spool.gaps(), spool.notice) == ([], None)
    spool.lacks([(5, 9)], AT_MS + 1)
    assert [(again.first, again.last) for again in spool.gaps()] == [(5, 9)]


def test_a_spool_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    filled(tmp_path, 2).close()
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.executescript("DROP TABLE gap; PRAGMA user_version = 1;")
    connection.close()
    spool = filled(tmp_path, 1)
    assert (spool.gaps(), spool.notice) == ([], None)
    assert [waiting.seq for waiting in spool.batch()] == [1, 2, 3]


def test_the_server_knowing_a_higher_number_moves_ours_up(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    spool.never_below(41)
    assert filled_seq(spool) == 42


def test_a_second_kiosk_on_the_same_home_is_told_so(tmp_path: Path) -> None:
    spool = filled(tmp_path, 1)
    with pytest.raises(SpoolError, match="already running"):
        opened(tmp_path)
    assert filled_seq(spool) == 2


def test_a_spool_from_a_newer_version_is_refused_with_a_sentence(tmp_path: Path) -> None:
    filled(tmp_path, 1).close()
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(InputError, match="newer kiosk"):
        opened(tmp_path)
    assert not list(tmp_path.glob("*damaged*"))


def test_a_full_disk_is_an_error_and_writing_goes_on_when_there_is_room(tmp_path: Path) -> None:
    spool = filled(tmp_path, 2)
    pages = spool._connection.execute("PRAGMA page_count").fetchone()[0]
    spool._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(SpoolError, match="full"):
        fill_up(spool)
    stored = len(spool.bodies_since(0))
    assert filled_seq(spool) == stored + 1, "no number is lost or used twice"


def test_a_probe_needs_the_room_that_entries_need(tmp_path: Path) -> None:
    spool = filled(tmp_path, 2)
    pages = spool._connection.execute("PRAGMA page_count").fetchone()[0]
    spool._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(SpoolError, match="full"):
        spool.probe()
    spool.probe()
    assert filled_seq(spool) == 3


def test_a_seal_that_fails_leaves_the_spool_usable(tmp_path: Path) -> None:
    spool = opened(tmp_path)

    def broken(seq: int) -> None:
        raise ValueError("cannot be sealed")

    with pytest.raises(ValueError, match="cannot be sealed"):
        spool.commit(broken, AT_MS)
    assert filled_seq(spool) == 1


@pytest.mark.parametrize(
    ("version", "journal"),
    [
        ((3, 40, 1), ("DELETE", "EXTRA")),
        ((3, 51, 2), ("DELETE", "EXTRA")),
        ((3, 44, 5), ("DELETE", "EXTRA")),
        ((3, 45, 0), ("DELETE", "EXTRA")),
        ((3, 44, 6), ("WAL", "FULL")),
        ((3, 50, 7), ("WAL", "FULL")),
        ((3, 51, 3), ("WAL", "FULL")),
        ((3, 54, 1), ("WAL", "FULL")),
    ],
)
def test_wal_is_used_only_where_it_cannot_be_destroyed(
    version: tuple[int, int, int], journal: tuple[str, str]
) -> None:
    assert safe_journal(version) == journal


WRITER = """
import sys
from pathlib import Path
from kiosk.spool.spool import Spool
from tests.kiosk.conftest import sealed
import os
spool = Spool(Path(sys.argv[1]), lambda: 0)
while True:
    entry = spool.commit(sealed(1_795_000_000_000, os.urandom), 1)
    os.write(1, f"{entry.seq} {entry.id}\\n".encode())
"""


def test_a_killed_writer_loses_nothing_it_had_committed(tmp_path: Path) -> None:
    said: dict[int, str] = {}
    for _ in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        lines = list(itertools.islice(writer.stdout, 25))
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.read().splitlines(keepends=True)
        writer.stdout.close()
        writer.wait()
        said |= {int(line.split()[0]): line.split()[1] for line in lines if line.endswith("\n")}
    spool = opened(tmp_path)
    assert spool.notice is None
    kept = {waiting.seq: waiting.id for waiting in spool.batch(100_000)}
    assert len(said) >= 100
    assert said.items() <= kept.items()
    assert sorted(kept) == list(range(1, len(kept) + 1))


def fill_up(spool: Spool) -> None:
    for _ in range(200):
        filled_seq(spool)


def filled_seq(spool: Spool) -> int:
    made = itertools.count(spool._next_seq * 1000)
    return spool.commit(sealed(AT_MS, lambda size: next(made).to_bytes(size, "big")), AT_MS).seq
