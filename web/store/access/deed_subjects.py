"""Whom the deeds of staff were about: kept beside the log, and forgotten in time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from web.db.connecting.connection import Record
from web.db.tables import deed_subjects


def added(connection: Connection, **values: object) -> None:
    """Keep the subject of a deed with the salt of its commitment."""
    connection.execute(insert(deed_subjects).values(**values))


def among(connection: Connection, refs: Sequence[str]) -> Sequence[Record]:
    """The subjects of the deeds with these leaves."""
    return connection.execute(select(deed_subjects).where(deed_subjects.c.ref.in_(list(refs)))).all()
