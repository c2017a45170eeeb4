"""Filters that somebody named, to have them again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from web.db.connecting.connection import Record
from web.db.tables import saved_filters


def added(connection: Connection, **values: object) -> bool:
    """Keep a filter under a name; False when the account has one of this name."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    kept = insert(saved_filters).values(**values).on_conflict_do_nothing().returning(saved_filters.c.id)
    return connection.scalar(kept) is not None


def of_account(connection: Connection, account_id: str) -> Sequence[Record]:
    """An account's filters, by name."""
    query = select(saved_filters).where(saved_filters.c.account_id == account_id)
    return connection.execute(query.order_by(saved_filters.c.name, saved_filters.c.id)).all()


def removed(connection: Connection, account_id: str, filter_id: str) -> Record | None:
    """The filter that was forgotten now; None when the account has no such."""
    mine = (saved_filters.c.id == filter_id, saved_filters.c.account_id == account_id)
    row = connection.execute(select(saved_filters).where(*mine)).first()
    connection.execute(delete(saved_filters).where(*mine))
    return row
