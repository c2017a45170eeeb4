"""The spool where the disk is full, the journal unsafe or the process killed."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.spool.file import SpoolError, safe_journal
from tests.kiosk.spool.filling import AT_MS, fill_up, filled, filled_seq, opened


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
from tests.kiosk.plain_entries import sealed
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
