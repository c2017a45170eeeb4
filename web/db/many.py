"""Writes many rows with one statement that was put into words once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.dml import Insert


def upserted(connection: Connection, statement: Insert, names: Sequence[str], rows: Iterable[Any]) -> None:
    """Run an insertion for rows of plain texts and numbers, in the order of `names`.

    Straight to the driver: converting each value apart takes longer than the database does. So it is for
    values that come out of the database, never for what somebody typed.
    """
    words, is_positional = _in_words(statement, connection.dialect, tuple(names))
    made: list[Any] = (
        [tuple(row) for row in rows]
        if is_positional
        else [dict(zip(names, row, strict=True)) for row in rows]
    )
    if made:
        connection.exec_driver_sql(words, made)


@lru_cache(maxsize=64)
def _in_words(statement: Insert, dialect: Dialect, names: tuple[str, ...]) -> tuple[str, bool]:
    """The statement as the driver gets it; a statement that is kept is put into words once."""
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    if compiled.positional:
        assert compiled.positiontup == list(names), "an insertion names its columns in their order"
    return str(compiled), compiled.positional
