"""Puts many rows into a table with as few words as each kind of database allows.

PostgreSQL takes them as a stream (COPY), which spares it to begin and end a statement for each; SQLite with
a hundred of them in one statement, while other threads go on: its driver lets them in once a statement.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, Table, insert
from sqlalchemy.dialects import sqlite

from web.db.statements.prepared import Prepared, driver_errors, driver_of

# 20 columns of 100 rows stay far below what any SQLite takes as values of one statement (32,766).
_TOGETHER: Final = (100, 10, 1)
# A stream costs two answers to wait for, a statement for each row one for all.
_FEW: Final = 8
# Bytes and nothing go to SQLite as they are: unless that is said, its driver asks each value how it wants to
# be written, which takes twice as long as writing it.
sqlite3.register_adapter(bytes, bytes)
sqlite3.register_adapter(type(None), lambda nothing: nothing)
Row = Sequence[Any]


class Insertion:
    """An insertion into some columns of a table.

    Values are bound as they are, so never a text somebody typed (`web.db.statements.prepared.storable`).
    """

    def __init__(self, table: Table, names: Sequence[str]) -> None:
        self._table, self._names = table, tuple(names)
        self._columns: list[Column[Any]] = [table.c[name] for name in names]
        # Nobody asks for the number that a new row got.
        self._each = Prepared(insert(table).inline(), names)
        quoted = ", ".join(f'"{name}"' for name in names)
        self._copy = f'COPY "{table.name}" ({quoted}) FROM STDIN (FORMAT BINARY)'
        self._types = [_type_of(column) for column in self._columns]
        words = str(insert(table).compile(dialect=sqlite.dialect(), column_keys=list(self._names)))
        self._head, _, group = words.partition(" VALUES ")
        self._words = {size: f"{self._head} VALUES {', '.join([group] * size)}" for size in _TOGETHER}

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Insert these rows, each with a value for every column, in their order."""
        if connection.dialect.name != "postgresql":
            self._put(connection, rows)
        elif len(rows) < _FEW:
            self._each.many(connection, [dict(zip(self._names, row, strict=True)) for row in rows])
        else:
            self.streamed(connection, rows)

    def streamed(self, connection: Connection, rows: Iterable[Row]) -> None:
        """Insert however many rows as they come, into a database that a server keeps."""
        with (
            driver_errors(connection, self._head),
            driver_of(connection).cursor() as cursor,
            cursor.copy(self._copy) as copy,
        ):
            copy.set_types(self._types)
            for row in rows:
                copy.write_row(row)

    def _put(self, connection: Connection, rows: Sequence[Row]) -> None:
        driver, at = driver_of(connection), 0
        for size, words in self._words.items():
            if len(rows) - at < size:
                continue
            with driver_errors(connection, self._head):
                while len(rows) - at >= size:
                    driver.execute(words, [value for row in rows[at : at + size] for value in row])
                    at += size


def _type_of(column: Column[Any]) -> str:
    """The type by which PostgreSQL reads a column's values in a stream."""
    kind = column.type
    if isinstance(kind, BigInteger):
        return "int8"
    if isinstance(kind, Integer):
        return "int4"
    return "bytea" if isinstance(kind, LargeBinary) else "text"
