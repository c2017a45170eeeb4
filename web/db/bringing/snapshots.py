"""One moment of a database, read beside the process that serves it and without holding anybody up.

SQLite: its own backup of a file opened read-only, under one read transaction; a guest never checkpoints
(web/db/connecting/engine.py). PostgreSQL: COPY of every table in one read-only REPEATABLE READ transaction.
Not pg_dump: it must be as new as the server, is often not where the site runs, and brings a schema that is
ours to make.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote

import psycopg
from psycopg import sql
from sqlalchemy import Connection, create_engine, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from domain.errors import UnavailableError
from domain.wording import Sentence
from web.db.bringing.revisions import current_revision
from web.db.connecting.connection import Record
from web.db.connecting.engine import embedded_file, open_guest_engine
from web.db.tables import checkpoints, signing_keys

DATABASE: Final = "database.sqlite3"
TABLE: Final = "table "
_PAGES, _READ = 2_048, 1 << 20
_SIZE: Final = """
SELECT sum(pg_table_size(oid)) FROM pg_class
WHERE relnamespace = to_regnamespace(quote_ident(current_schema())) AND relkind = 'r'
"""
_PARTS: Final = """
SELECT part.relname AS part, parent.relname AS parent FROM pg_inherits
JOIN pg_class part ON part.oid = inhrelid JOIN pg_class parent ON parent.oid = inhparent
WHERE part.relkind = 'r' AND part.relnamespace = to_regnamespace(quote_ident(current_schema()))
"""
Kind = Literal["sqlite", "postgresql"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Snapshot:
    """A moment: its schema, the newest checkpoint of its log (b"" before the first), and all its rows.

    `sealed` is one row that the master key has to open: the purpose, kid and private part of a signing key.
    `members` are names and pieces: the database file of SQLite, or a text COPY of each table of PostgreSQL,
    in an order in which no row comes before one that it points to. `size` in bytes is an estimate there.
    """

    kind: Kind
    revision: str
    head: bytes
    sealed: Record | None
    size: int
    members: Iterator[tuple[str, Iterator[bytes]]]


@contextmanager
def taken(url: str, scratch: Path, progress: Progress) -> Iterator[Snapshot]:
    """The database as it is now; `scratch` is a folder with room for a copy of an embedded one.

    `progress` is told bytes copied and bytes in all. UnavailableError when there is nothing to take.
    """
    file = embedded_file(url)
    try:
        with _of_file(file, scratch, progress) if file else _of_server(url) as snapshot:
            yield snapshot
    except (sqlite3.Error, psycopg.Error, SQLAlchemyError) as error:
        raise unreadable(error) from error


@contextmanager
def _of_file(file: Path, scratch: Path, progress: Progress) -> Iterator[Snapshot]:
    if not file.is_file():
        raise _nothing(str(file))
    copy = scratch / DATABASE
    _copied(file, copy, progress)
    engine = create_engine(f"sqlite:///{copy}", hide_parameters=True)
    try:
        with engine.connect() as connection:
            revision, head, sealed = revision_of(connection), _head(connection), _sealed(connection)
    finally:
        engine.dispose()
    members = iter([(DATABASE, _pieces(copy))])
    yield Snapshot("sqlite", revision, head, sealed, copy.stat().st_size, members)


def _copied(file: Path, copy: Path, progress: Progress) -> None:
    uri = f"file:{quote(str(file.absolute()))}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10)) as source:
        source.execute("PRAGMA query_only=ON")
        source.execute("PRAGMA wal_autocheckpoint=0")
        # Under one read transaction: else every commit of the site would begin the copy anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        page = int(source.execute("PRAGMA page_size").fetchone()[0])
        with closing(sqlite3.connect(copy)) as target:
            source.backup(
                target,
                pages=_PAGES,
                progress=lambda _status, left, total: progress((total - left) * page, total * page),
                sleep=0,
            )
            target.execute("PRAGMA journal_mode=DELETE")
            verdict = target.execute("PRAGMA quick_check(1)").fetchone()[0]
        source.execute("ROLLBACK")
    if verdict != "ok":
        raise UnavailableError(
            Sentence(
                f"The database is damaged ({verdict}); no backup was made. Keep the last good one.",
                f"数据库已损坏（{verdict}），未生成备份。请保留上一份完好的备份。",
            )
        )


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_READ):
            yield piece


@contextmanager
def _of_server(url: str) -> Iterator[Snapshot]:
    engine = open_guest_engine(url)
    try:
        with engine.connect() as connection:
            revision, head, sealed = revision_of(connection), _head(connection), _sealed(connection)
            size = int(connection.scalar(text(_SIZE)) or 0)
            members = _rows(connection, _tables(connection))
            yield Snapshot("postgresql", revision, head, sealed, size, members)
    finally:
        engine.dispose()


def _tables(connection: Connection) -> list[str]:
    """All tables but Alembic's own, those that others point to first; partitions are rows of their parent."""
    parents = {row.part: row.parent for row in connection.execute(text(_PARTS))}
    ordered = [name for name, _ in inspect(connection).get_sorted_table_and_fkc_names() if name]
    # A parent has no references of its own: it comes where the first of its partitions does.
    whole = [name for name in ordered if name not in set(parents.values())]
    return [
        name for name in dict.fromkeys(parents.get(one, one) for one in whole) if name != "alembic_version"
    ]


def _rows(connection: Connection, tables: list[str]) -> Iterator[tuple[str, Iterator[bytes]]]:
    for name in tables:
        columns = [str(column["name"]) for column in inspect(connection).get_columns(name)]
        yield f"{TABLE}{name} {','.join(columns)}", _copy(connection, name, columns)


def _copy(connection: Connection, name: str, columns: list[str]) -> Iterator[bytes]:
    statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(name)
    )
    driver: Any = connection.connection.driver_connection
    waiting = bytearray()
    with driver.cursor() as cursor, cursor.copy(statement) as rows:
        for row in rows:
            waiting += row
            if len(waiting) >= _READ:
                yield bytes(waiting)
                waiting.clear()
    if waiting:
        yield bytes(waiting)


def _head(connection: Connection) -> bytes:
    note = connection.scalar(select(checkpoints.c.note).order_by(checkpoints.c.size.desc()).limit(1))
    return bytes(note or b"")


def _sealed(connection: Connection) -> Record | None:
    columns = (signing_keys.c.purpose, signing_keys.c.kid, signing_keys.c.private_sealed)
    return connection.execute(select(*columns).order_by(signing_keys.c.kid).limit(1)).first()


def revision_of(connection: Connection) -> str:
    """Which schema a database has; UnavailableError when it has none."""
    current = current_revision(connection)
    if current is None:
        raise _nothing("DATABASE_URL")
    return current


def unreadable(error: Exception) -> UnavailableError:
    """What to say when a database cannot be read or filled; the driver's own words name no rows."""
    said = str(getattr(error, "orig", None) or error).splitlines()[0]
    return UnavailableError(
        Sentence(
            f"The database cannot be read or filled ({said}). Check that it runs and that the disk has room.",
            f"数据库无法读取或写入（{said}）。请检查数据库是否在运行、磁盘空间是否足够。",
        )
    )


def _nothing(where: str) -> UnavailableError:
    return UnavailableError(
        Sentence(
            f"There is no database at {where}. Set DATA_DIR or DATABASE_URL as the site has them.",
            f"{where} 处没有数据库。请将 DATA_DIR 或 DATABASE_URL 设为与网站相同。",
        )
    )
