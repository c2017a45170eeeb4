"""Puts the rows of a snapshot into a database that holds nothing yet, all of them or none."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from domain.errors import InputError, TamperedError
from domain.wording import Sentence
from web.db.bringing.migrating import migrate_to
from web.db.bringing.snapshots import DATABASE, TABLE, Kind, unreadable
from web.db.months import log_months

Pieces = Iterator[bytes]


def expect_empty(engine: Engine) -> None:
    """InputError when the database has tables already."""
    with engine.connect() as connection:
        if inspect(connection).get_table_names():
            raise InputError(
                "--into",
                "The database has tables already. Make an empty one; a restore never overwrites.",
                "该数据库已有数据表。请新建空数据库；恢复操作不会覆盖已有数据。",
            )


def expect_way(kind: str, into: Kind) -> None:
    """InputError for the one way that leads nowhere: from a server's database into an embedded one."""
    if (kind, into) == ("postgresql", "sqlite"):
        raise InputError(
            "--into",
            "This is a backup of PostgreSQL, and there is no way from there to an embedded database. Name an "
            "empty PostgreSQL database: postgresql://user@host:5432/name.",
            "这是 PostgreSQL 的备份，不能恢复为内置数据库。请指定空的 PostgreSQL 数据库："
            "postgresql://用户@主机:5432/库名。",
        )


def file_loaded(members: Iterator[tuple[str, Pieces]], file: Path) -> None:
    """Write the one member of an embedded database to its place, durably and whole, or not at all."""
    part = file.with_name(f"{file.name}.part")
    try:
        name, pieces = next(members, ("", iter(())))
        _expected(name == DATABASE)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            for piece in pieces:
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        _expected(next(members, None) is None)
        with closing(sqlite3.connect(part)) as connection:
            _expected(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def server_loaded(members: Iterator[tuple[str, Pieces]], engine: Engine, revision: str) -> None:
    """Make the schema of the backup and fill it, in one transaction."""
    with filling(engine, revision) as connection:
        for member, pieces in members:
            _expected(member.startswith(TABLE))
            name, _, columns = member.removeprefix(TABLE).partition(" ")
            _filled(connection, name, columns.split(","), pieces)
            counted_on(connection, name, columns.split(","))


@contextmanager
def filling(engine: Engine, revision: str) -> Iterator[Connection]:
    """A server's empty database with the tables of one schema, which take any rows until this ends.

    One transaction: whatever fails, the database is as empty as before.
    """
    try:
        with engine.begin() as connection:
            migrate_to(connection, revision)
            log_months.opened_wide(connection)
            yield connection
            log_months.narrowed(connection)
    except (psycopg.Error, SQLAlchemyError) as error:
        raise unreadable(error) from error


def counted_on(connection: Connection, name: str, columns: Sequence[str]) -> None:
    """Let the numbers that a server gives out itself go on above the highest there is of a table."""
    for column in columns:
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": f'"{name}"', "c": column}
        )
        if sequence:
            highest = sql.SQL("SELECT setval({}, max({})) FROM {} HAVING max({}) IS NOT NULL").format(
                sql.Literal(sequence), sql.Identifier(column), sql.Identifier(name), sql.Identifier(column)
            )
            driver: Any = connection.connection.driver_connection
            with driver.cursor() as cursor:
                cursor.execute(highest)


def _filled(connection: Connection, name: str, columns: list[str], pieces: Pieces) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as rows:
        for piece in pieces:
            rows.write(piece)


def _expected(is_so: bool) -> None:
    if not is_so:
        raise TamperedError(
            Sentence(
                "The backup does not hold the database that it should.", "备份中的数据库内容与预期不符。"
            )
        )
