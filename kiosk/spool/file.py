"""The spool's database file: how it is opened, which journal it may use, and what makes it unfit."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

from domain.errors import InputError
from domain.wording import Sentence
from kiosk.spool import gaps as spool_gaps
from kiosk.spool.errors import NO_VALUES, SpoolDamagedError, SpoolError, meaning, not_writable, one_line

__all__ = [
    "CHAIN_START", "FILE_NAME", "SpoolDamagedError", "SpoolError", "check_soundness", "connected",
    "next_chain", "not_writable", "opened_soundly", "safe_journal", "set_aside",
]  # fmt: skip

FILE_NAME = "entries.sqlite3"
SCHEMA_VERSION = 2
CHAIN_START = bytes(32)
_BESIDE = ("", "-journal", "-wal", "-shm")
_NEWEST_HEADER = 2  # "read and write version", https://www.sqlite.org/fileformat.html §1.3.3
_NEWEST_PLAUSIBLE = 999  # above it the number itself is damaged
_SCHEMA = """
CREATE TABLE entry (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  epoch INTEGER NOT NULL,
  judged_ms INTEGER NOT NULL,
  body BLOB NOT NULL,
  chain BLOB NOT NULL,
  state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'acked', 'quarantined')),
  settled_ms INTEGER,
  detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX entry_unsettled ON entry (state, seq) WHERE state <> 'acked';
CREATE TABLE base (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  epoch INTEGER NOT NULL,
  pruned_seq INTEGER NOT NULL,
  pruned_chain BLOB NOT NULL,
  room BLOB
) STRICT;
"""


def safe_journal(version: tuple[int, int, int]) -> tuple[str, str]:
    """Journal mode and synchronous level that lose no commit on this SQLite.

    Before 3.51.3 (3.44.6 and 3.50.7 on their branches) a busy WAL can be destroyed by a second
    process that checkpoints; DELETE needs EXTRA, because FULL does not sync the folder.
    """
    mended = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return ("WAL", "FULL") if mended else ("DELETE", "EXTRA")


def next_chain(previous: bytes, body: bytes) -> bytes:
    """The chain value of an entry: SHA-256 of the one before it and its own bytes."""
    return hashlib.sha256(previous + body).digest()


def opened_soundly(
    path: Path, epoch: int, wall_ms: Callable[[], int]
) -> tuple[sqlite3.Connection, Sentence | None]:
    """A connection to a sound spool; a damaged one is set aside first, and the sentence says so.

    `wall_ms` names what is set aside. SpoolError or InputError as of `connected`.
    """
    is_new = _is_new(path)
    with contextlib.suppress(SpoolDamagedError):
        return _sound(path, epoch, is_new), None
    try:
        # A second look: a disk that failed once while reading gives no reason to part with the entries.
        return _sound(path, epoch, is_new), None
    except SpoolDamagedError as found:
        aside = set_aside(path, wall_ms())
        notice = Sentence(
            f"The entries on this kiosk were damaged ({found}) and are kept in {aside.name}. "
            "Entries that had not been sent are there only.",
            f"本终端的记录文件已损坏（{found}），已另存为 {aside.name}，未上传的记录仅在其中。",
        )
        return connected(path, epoch + 1), notice


def _sound(path: Path, epoch: int, is_new: bool) -> sqlite3.Connection:
    connection = connected(path, epoch)
    if not is_new:
        _check_or_close(connection, path)
    return connection


def connected(path: Path, epoch: int) -> sqlite3.Connection:
    """A connection that owns the spool alone, its tables made when the file is new.

    SpoolDamagedError, SpoolError (locked, not writable) or InputError (from a newer version).
    """
    connection = None
    try:
        path.touch(mode=0o600)  # SQLite gives its journal the same rights
        connection = sqlite3.connect(path, timeout=0.5, isolation_level=None)
        _prepare(connection, epoch)
    except OSError as error:
        raise not_writable(error) from error
    except (sqlite3.Error, *NO_VALUES) as error:
        if connection:
            connection.close()
        raise meaning(error, path) from error
    except (InputError, SpoolDamagedError):
        if connection:
            connection.close()
        raise
    return connection


def check_soundness(connection: sqlite3.Connection, path: Path) -> None:
    """SpoolDamagedError unless the pages are in order and every entry still hashes into its chain."""
    try:
        problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if problem != "ok" or _schema_of(connection) != _schema_as_made():
            raise SpoolDamagedError(one_line(problem) if problem != "ok" else "the tables are not ours")
        _check_header(path)
        base = connection.execute("SELECT pruned_chain FROM base").fetchone()
        if base is None:
            raise SpoolDamagedError("the beginning is missing")
        chain = bytes(base[0])
        for seq, body, kept in connection.execute("SELECT seq, body, chain FROM entry ORDER BY seq"):
            chain = next_chain(chain, body)
            if chain != kept:
                raise SpoolDamagedError(f"entry {seq} was changed")
    except (sqlite3.Error, *NO_VALUES) as error:
        raise meaning(error, path) from error


def _schema_of(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").fetchall()


def _schema_as_made() -> list[tuple[object, ...]]:
    made = sqlite3.connect(":memory:")
    try:
        made.executescript(_SCHEMA + spool_gaps.SCHEMA)
        return _schema_of(made)
    finally:
        made.close()


def _check_header(path: Path) -> None:
    """SpoolDamagedError when the header asks for a newer SQLite, which then writes nothing.

    Trying to write would not tell: SQLite also opens a file for reading alone when the disk failed once.
    """
    try:
        with path.open("rb") as file:
            versions = file.read(20)[18:]
    except OSError as error:
        raise not_writable(error) from error
    if any(version > _NEWEST_HEADER for version in versions):
        raise SpoolDamagedError("its header cannot be right")


def _is_new(path: Path) -> bool:
    try:
        return not path.exists()
    except OSError as error:
        raise not_writable(error) from error


def _check_or_close(connection: sqlite3.Connection, path: Path) -> None:
    try:
        check_soundness(connection, path)
    except (SpoolDamagedError, SpoolError):
        connection.close()
        raise


def set_aside(path: Path, at_ms: int) -> Path:
    """Rename a damaged spool with everything that belongs to it; the name it has now, or SpoolError."""
    aside = path.with_name(f"{path.name}.damaged-{at_ms}")
    try:
        for suffix in _BESIDE:
            part = Path(f"{path}{suffix}")
            if part.exists():
                part.replace(f"{aside}{suffix}")
    except OSError as error:
        raise not_writable(error) from error
    return aside


def _prepare(connection: sqlite3.Connection, epoch: int) -> None:
    journal, synchronous = safe_journal(sqlite3.sqlite_version_info)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("BEGIN EXCLUSIVE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if not 0 <= version <= _NEWEST_PLAUSIBLE:
        raise SpoolDamagedError(f"format {version}")
    if version > SCHEMA_VERSION:
        raise InputError(
            "home",
            f"The entries here were written by a newer kiosk (format {version}, this one knows "
            f"{SCHEMA_VERSION}). Update this kiosk, or give another --home.",
            f"此处的记录由更新版本的终端写入（格式 {version}，本版本支持 {SCHEMA_VERSION}）。"
            "请升级本终端，或用 --home 指定其他目录。",
        )
    if version == 0:
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            raise SpoolDamagedError("tables without a version")
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute("INSERT INTO base VALUES (1, ?, 0, ?, NULL)", (epoch, CHAIN_START))
    if version < SCHEMA_VERSION:
        connection.execute(spool_gaps.SCHEMA)  # what version 2 brought
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")
