"""Brings all rows of an embedded database into an empty one that a server keeps: all of them, or none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import BigInteger, Connection, Engine, Integer, Row, Table, func, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from domain.errors import InputError, TamperedError
from domain.wording import Sentence
from web.db.bringing.loading import counted_on, filling
from web.db.bringing.migrating import migrate
from web.db.bringing.snapshots import Progress, revision_of, unreadable
from web.db.connecting.engine import open_engine
from web.db.statements.inserting import Insertion
from web.db.tables import metadata

_TOGETHER = 1_000
# SQLite keeps numbers of 64 bits in any column, and psycopg would send the lower 32 of them.
_LEAST, _MOST = -(2**31), 2**31 - 1


def crossed(file: Path, engine: Engine, progress: Progress) -> None:
    """Copy every row of a database file, which is brought to this program's schema first.

    `progress` is told rows copied and rows in all. InputError names the table of which the server does not
    take a row, TamperedError the one whose rows are more or fewer than its database counts.
    """
    source = open_engine(f"sqlite:///{file}")
    try:
        migrate(source)
        with source.connect() as rows, filling(engine, revision_of(rows)) as target:
            _copied(rows, target, progress)
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise unreadable(error) from error
    finally:
        source.dispose()


def _copied(source: Connection, target: Connection, progress: Progress) -> None:
    counts = {table: _count(source, table) for table in metadata.sorted_tables}
    done, total = 0, sum(counts.values())
    for table, count in counts.items():
        names = table.c.keys()
        _expect_in_range(source, table)
        try:
            Insertion(table, names).streamed(target, _rows(source, table, done, total, progress))
        except StatementError as error:
            if isinstance(error, DBAPIError) and not isinstance(error, DataError | IntegrityError):
                raise
            raise _untaken(table, _said(error.orig)) from error
        counted_on(target, table.name, names)
        if _count(target, table) != count:
            raise _uncounted(table)
        done += count


def _rows(source: Connection, table: Table, done: int, total: int, progress: Progress) -> Iterator[Row[Any]]:
    result = source.execute(select(table), execution_options={"yield_per": _TOGETHER})
    for some in result.partitions():
        yield from some
        done += len(some)
        progress(done, total)


def _expect_in_range(source: Connection, table: Table) -> None:
    small = [one for one in table.c if isinstance(one.type, Integer) and not isinstance(one.type, BigInteger)]
    if small:
        limits = select(*(func.min(one) for one in small), *(func.max(one) for one in small))
        found = [value for value in source.execute(limits).one() if isinstance(value, int)]
        if any(not _LEAST <= value <= _MOST for value in found):
            raise _untaken(table, "integer out of range")


def _count(connection: Connection, table: Table) -> int:
    return int(connection.scalar(select(func.count()).select_from(table)) or 0)


def _said(error: BaseException | None) -> str:
    """What is wrong with a value, and never the value."""
    # A server's first line names no row; SQLite shows the text that it could not read.
    return str(error).splitlines()[0] if isinstance(error, psycopg.Error) else "a value of another kind"


def _untaken(table: Table, said: str) -> InputError:
    return InputError(
        "FILE",
        f"PostgreSQL does not take a row of the table {table.name} ({said}). Nothing was copied; the "
        "embedded database can be used as before.",
        f"PostgreSQL 不接受表 {table.name} 中的一行（{said}）。未复制任何数据；内置数据库可照常使用。",
    )


def _uncounted(table: Table) -> TamperedError:
    return TamperedError(
        Sentence(
            f"The table {table.name} has more or fewer rows than its database counts: it was damaged before "
            "the backup. Nothing was copied; take an older backup.",
            f"表 {table.name} 的实际行数与数据库的计数不一致，备份前数据库已损坏。"
            "未复制任何数据，请改用更早的备份。",
        )
    )
