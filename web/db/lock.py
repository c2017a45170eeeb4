"""Keeps a second process away from an embedded database: SQLite here is one process with threads."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from domain.errors import UnavailableError
from domain.wording import Sentence


class ProcessLock:
    """Held from creation to `release`, or until the process dies; the system lets go of it by itself."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            home / "one-process.lock", isolation_level=None, timeout=0, check_same_thread=False
        )
        try:
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            self._connection.close()
            raise UnavailableError(
                Sentence(
                    f"Another process is already using the data in {home}. Stop it first, "
                    "or set DATABASE_URL to PostgreSQL to run several.",
                    f"另一个进程正在使用 {home} 中的数据。请先停止它，或用 DATABASE_URL 改用 PostgreSQL。",
                )
            ) from None

    def release(self) -> None:
        """Let the next process in."""
        self._connection.close()
