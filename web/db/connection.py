"""The database as services see it: something to pass on to the store, never to speak SQL to."""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine as Engine
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError as DatabaseError

# A row of any query; its columns are read by name.
Record: TypeAlias = Row[*tuple[Any, ...]]

__all__ = ["Connection", "DatabaseError", "Engine", "Record"]
