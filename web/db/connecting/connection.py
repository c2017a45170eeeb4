"""The database as services see it: something to pass on to the store, never to speak SQL to."""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine as Engine
from sqlalchemy import Row
from sqlalchemy.exc import OperationalError as DatabaseAwayError
from sqlalchemy.exc import SQLAlchemyError as DatabaseError

# A row of any query; its columns are read by name.
Record: TypeAlias = Row[*tuple[Any, ...]]

__all__ = ["Connection", "DatabaseAwayError", "DatabaseError", "Engine", "Record", "is_away"]

# Busy, locked, read-only, failing, full, not to be opened: https://sqlite.org/rescode.html
_PASSING = frozenset((5, 6, 8, 10, 13, 14))


def is_away(error: DatabaseError) -> bool:
    """Whether the database cannot be used for now, by a full disk too; else what was asked of it is wrong."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return code is None or code & 0xFF in _PASSING
