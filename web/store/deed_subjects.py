"""Whom the deeds of staff were about: kept beside the log, and forgotten in time."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from web.db.connection import Record
from web.db.tables import deed_subjects


def added(connection: Connection, **values: object) -> None:
    """Keep the subject of a deed with the salt of its commitment."""
    connection.execute(insert(deed_subjects).values(**values))


def of(connection: Connection, ref: str) -> Record | None:
    """The subject of the deed with this leaf."""
    return connection.execute(select(deed_subjects).where(deed_subjects.c.ref == ref)).first()


def erased(connection: Connection, before_ms: int, limit: int) -> int:
    """Forget subjects of deeds from before a time, at most `limit`; returns how many."""
    due = select(deed_subjects.c.ref).where(deed_subjects.c.at_ms < before_ms).limit(limit)
    return connection.execute(delete(deed_subjects).where(deed_subjects.c.ref.in_(due))).rowcount
