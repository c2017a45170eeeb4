"""A spool that is damaged, gone or old: what is set aside, and which numbers are never used again."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from domain.errors import InputError
from domain.gap import Gap, GapCause
from kiosk.spool.file import FILE_NAME, SpoolError
from kiosk.spool.high_water import HighWater, Mark
from tests.kiosk.spool.filling import AT_MS, filled, filled_seq, opened


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
