"""Keeps a second process away from an embedded database: SQLite here is one process with threads."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from domain.errors import UnavailableError
from domain.wording import Sentence


class ProcessLock:
    """Held from creation to `release`, or until the process dies; the system lets go of it by itself."""

    def __init__(self, home: Path) -> None:
        path = home / "one-process.lock"
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=0, check_same_thread=False)
        except sqlite3.Error as error:
            raise _unusable(path, error) from None
        try:
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            self._connection.close()
            raise (_held(home) if _is_busy(error) else _unusable(path, error)) from None

    def release(self) -> None:
        """Let the next process in."""
        self._connection.close()


def _is_busy(error: sqlite3.Error) -> bool:
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _held(home: Path) -> UnavailableError:
    return UnavailableError(
        Sentence(
            f"Another process is already using the data in {home}. Stop it first, "
            "or set DATABASE_URL to PostgreSQL to run several.",
            f"另一个进程正在使用 {home} 中的数据。请先停止它，或用 DATABASE_URL 改用 PostgreSQL。",
        )
    )


def _unusable(path: Path, error: sqlite3.Error) -> UnavailableError:
    return UnavailableError(
        Sentence(
            f"{path} cannot be written ({error}). Check that its folder is there, and the disk writable.",
            f"无法写入 {path}（{error}）。请检查文件夹是否存在、磁盘是否可写。",
        )
    )
