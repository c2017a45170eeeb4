"""What can be wrong with the spool: it is damaged, it is in use, or the disk refuses."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from domain.errors import UnavailableError
from domain.wording import Sentence

# Our statements are right, so that an error in one is an error in the tables they meet.
_DAMAGED_CODES = (
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_FORMAT,
)  # fmt: skip
NO_VALUES = (ValueError, TypeError, OverflowError)  # what sqlite3 raises at text that is none


class SpoolDamagedError(Exception):
    """The file is not a sound spool; its message says what was found."""


class SpoolError(UnavailableError):
    """The spool cannot be written or read now."""


def meaning(error: Exception, path: Path) -> Exception:
    """The error to raise for one that the database raised while it was opened or checked."""
    extended = getattr(error, "sqlite_errorcode", None)
    code = (extended or 0) & 0xFF
    # Without a code it is Python that met text which is none.
    if code in _DAMAGED_CODES or extended is None:
        return SpoolDamagedError(one_line(error))
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return SpoolError(
            Sentence(
                f"Another kiosk is already running on {path.parent}. Stop it, or give another --home.",
                f"另一个终端程序正在使用 {path.parent}。请先停止它，或用 --home 指定其他目录。",
            )
        )
    return not_writable(error)


def not_writable(error: Exception) -> SpoolError:
    """What to say when the disk refuses."""
    return SpoolError(Sentence(f"The log cannot be written ({error}).", f"记录无法写入（{error}）。"))


def one_line(found: object) -> str:
    """What was found, fit for a sentence."""
    return " ".join(str(found).split())[:200]
