"""The file of known visitors: a cache that can be fetched anew; one connection writes, another reads."""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from dataclasses import dataclass
from pathlib import Path

from domain.errors import UnavailableError
from domain.wording import Sentence
from kiosk.spool.errors import NO_VALUES, SpoolDamagedError, meaning, one_line

FILE_NAME = "facts.sqlite3"
_VERSION = 1
_BESIDE = ("", "-wal", "-shm", "-journal")
_JOURNAL_BYTES = 8_000_000
# `run` counts the streams that were followed: visitors of an earlier one stay until the new one is whole.
_SCHEMA = """
CREATE TABLE stream (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL,
  is_whole INTEGER NOT NULL,
  run INTEGER NOT NULL,
  before_epoch TEXT NOT NULL,
  before_seq INTEGER NOT NULL
) STRICT;
CREATE TABLE visitor (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL,
  run INTEGER NOT NULL,
  line BLOB NOT NULL,
  sum INTEGER NOT NULL
) STRICT;
CREATE INDEX visitor_number ON visitor (number) WHERE number <> '';
CREATE TABLE code (cti BLOB PRIMARY KEY, visitor INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE revoked (cti BLOB PRIMARY KEY, until_s INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO stream VALUES (1, '', 0, 1, 0, '', 0);
"""


class FactsError(UnavailableError):
    """What is known of visitors cannot be read or kept now."""

    def __init__(self, error: object) -> None:
        super().__init__(
            Sentence(
                f"What this kiosk knows of visitors cannot be read or kept ({one_line(error)}). "
                "Until it can, everybody is referred to the staff.",
                f"本终端的访客数据无法读写（{one_line(error)}）。恢复之前，所有访客均转人工处理。",
            )
        )


class _DamagedError(Exception):
    """The file is not one of ours, or not whole."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Both connections, and whether what was there could not be used and is gone."""

    writer: sqlite3.Connection
    reader: sqlite3.Connection
    was_damaged: bool

    def close(self) -> None:
        """Give the file back; the writer last, for only it may tidy the journal."""
        for connection in (self.reader, self.writer):
            with contextlib.suppress(sqlite3.Error):
                connection.close()


def opened(path: Path) -> Opened:
    """The sound file; a damaged one is deleted and begun anew. FactsError when the disk refuses."""
    try:
        with contextlib.suppress(_DamagedError):
            return _connected(path, was_damaged=False)
        # Nothing in this file exists here alone: the server has it all.
        for suffix in _BESIDE:
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        return _connected(path, was_damaged=True)
    except (_DamagedError, OSError, sqlite3.Error) as error:
        raise FactsError(error) from error


def line_sum(line: bytes) -> int:
    """What is kept beside a line to notice that the disk changed it."""
    return zlib.crc32(line)


def _connected(path: Path, was_damaged: bool) -> Opened:
    """WAL, so that a visitor is looked up while a page is being written.

    SQLite before 3.51.3 can destroy a WAL when two connections write or checkpoint at once: here one
    connection does both, the other only reads, and the spool's lock keeps a second process away.
    """
    is_new = not path.exists()
    path.touch(mode=0o600)
    with contextlib.ExitStack() as undone:
        writer = sqlite3.connect(path, timeout=0.5, isolation_level=None, check_same_thread=False)
        undone.callback(writer.close)
        _prepare(writer, path, is_new)
        reader = sqlite3.connect(path, timeout=0.5, isolation_level=None, check_same_thread=False)
        undone.callback(reader.close)
        reader.execute("PRAGMA query_only = ON")
        reader.execute("PRAGMA wal_autocheckpoint = 0")
        undone.pop_all()
    return Opened(writer, reader, was_damaged)


def _prepare(writer: sqlite3.Connection, path: Path, is_new: bool) -> None:
    """Make the tables of a new file, look through an old one; _DamagedError when it is not sound."""
    try:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA synchronous = FULL")
        # Who is forgotten leaves no bytes behind in free pages.
        writer.execute("PRAGMA secure_delete = ON")
        writer.execute(f"PRAGMA journal_size_limit = {_JOURNAL_BYTES}")
        if is_new or writer.execute("PRAGMA user_version").fetchone()[0] == 0:
            writer.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT")
        elif not _is_sound(writer):
            raise _DamagedError("not sound")
    except (sqlite3.Error, *NO_VALUES) as error:
        if isinstance(meaning(error, path), SpoolDamagedError):
            raise _DamagedError(one_line(error)) from error
        raise


def _is_sound(connection: sqlite3.Connection) -> bool:
    if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
        return False
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        return False
    if connection.execute("SELECT count(*) FROM stream").fetchone()[0] != 1:
        return False
    lines = connection.execute("SELECT line, sum FROM visitor")
    return all(line_sum(line) == told for line, told in lines)
