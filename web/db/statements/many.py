"""Writes many rows that may be there already, with one statement that was put into words once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Connection, Dialect, Integer, String, bindparam, func, select
from sqlalchemy.sql.dml import Insert

from web.db.statements.prepared import driver_errors, driver_of, with_binary_lists

# As in `web.db.statements.inserting`.
_TOGETHER: Final = (100, 10, 1)


def upserted(connection: Connection, statement: Insert, names: Sequence[str], rows: Iterable[Any]) -> None:
    """Run an insertion for rows of plain texts and numbers, in the order of `names`; no two of one key.

    Straight to the driver: converting each value apart takes longer than the database does. So it is for
    values that come out of the database, never for what somebody typed.
    """
    every = list(rows)
    if not every:
        return
    driver = driver_of(connection)
    if connection.dialect.name == "postgresql":
        words = _of_lists(statement, connection.dialect, tuple(names))
        with driver_errors(connection, words), driver.cursor() as cursor:
            cursor.execute(words, dict(zip(names, map(list, zip(*every, strict=True)), strict=True)))
        return
    head, group, tail = _of_rows(statement, connection.dialect, tuple(names))
    at = 0
    for size in _TOGETHER:
        words = f"{head} VALUES {', '.join([group] * size)} {tail}"
        with driver_errors(connection, head):
            while len(every) - at >= size:
                driver.execute(words, [value for row in every[at : at + size] for value in row])
                at += size


@lru_cache(maxsize=64)
def _of_lists(statement: Insert, dialect: Dialect, names: tuple[str, ...]) -> str:
    """The statement with a list for each column: PostgreSQL begins and ends it once for all rows."""
    columns = [statement.table.c[name] for name in names]
    kinds = [BigInteger if isinstance(column.type, Integer) else String for column in columns]
    lists = (bindparam(name, type_=ARRAY(kind)) for name, kind in zip(names, kinds, strict=True))
    given = func.unnest(*lists).table_valued(*names, name="given").render_derived()
    return with_binary_lists(statement.from_select(names, select(given)).compile(dialect=dialect))


@lru_cache(maxsize=64)
def _of_rows(statement: Insert, dialect: Dialect, names: tuple[str, ...]) -> tuple[str, str, str]:
    """What stands before the values of a row, their places, and what follows."""
    words = str(statement.compile(dialect=dialect, column_keys=list(names)))
    head, _, rest = words.partition(" VALUES ")
    group, _, tail = rest.partition(" ON CONFLICT ")
    return head, group, f"ON CONFLICT {tail}"
