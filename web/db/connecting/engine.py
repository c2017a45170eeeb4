"""Engines for both databases, with SQLite set up so that an acknowledged commit survives a power cut.

Parameters are hidden, for they hold what people typed: an error that is logged shows the statement alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from domain.errors import InputError
from web.db.statements.prepared import driver_errors

# Options of an engine or a connection: by which words its transactions begin, or that it has none.
_BEGIN: Final = "begin"
EACH_ALONE: Final[Mapping[str, Any]] = MappingProxyType({_BEGIN: ""})
ONE_MOMENT: Final[Mapping[str, Any]] = MappingProxyType(
    {_BEGIN: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
)


def embedded_file(url: str) -> Path | None:
    """The file of an embedded database, None when a server keeps it; InputError for what is no such URL."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        parts = None
    embedded = parts is not None and parts.get_backend_name() == "sqlite"
    if parts is None or (embedded and (parts.database or ":memory:") == ":memory:"):
        # Not a word of the URL itself: it may hold a password.
        raise InputError(
            "DATABASE_URL",
            "DATABASE_URL cannot be used. Write sqlite:////folder/file.db or postgresql://user@host:5432/name.",
            "DATABASE_URL 无法使用，请写成 sqlite:////文件夹/文件.db 或 postgresql://用户@主机:5432/库名。",
        )
    return Path(parts.database or "") if embedded else None


def open_engine(url: str) -> Engine:
    """The engine that writes; on SQLite its one connection is the only one that ever checkpoints."""
    if not url.startswith("sqlite"):
        return _pooled(url)
    return _embedded(url, _prepare_writer, "BEGIN IMMEDIATE", pool_size=1, max_overflow=0)


def open_reading_engine(url: str, writing: Engine) -> Engine:
    """The engine for queries: its connections cannot write, and see one moment until they are given back."""
    if not url.startswith("sqlite"):
        return writing.execution_options(**ONE_MOMENT)
    return _embedded(url, _prepare_reader, "BEGIN", pool_size=8, max_overflow=24)


def asking(reading: Engine) -> Engine:
    """The same connections for one query at a time: nothing but it goes to the server and back."""
    return reading.execution_options(**EACH_ALONE)


def open_guest_engine(url: str) -> Engine:
    """An engine for queries beside the process that serves the database; it can neither write nor make one.

    On SQLite its file is opened read-only, so that not even its closing can checkpoint (see _prepare_reader).
    """
    if not url.startswith("sqlite"):
        return of_server(url, pool_size=1, max_overflow=0).execution_options(**ONE_MOMENT)
    path = quote(str(embedded_file(url)))
    return _embedded(
        f"sqlite:///file:{path}?mode=ro&uri=true", _prepare_reader, "BEGIN", pool_size=1, max_overflow=0
    )


# What was used a moment ago is taken as alive: asking is one more way to the server and back.
_ASKED_AFTER_S = 1.0
_CONNECTIONS = 32
# What a process may take of a server: those, and the one that holds its duties.
CONNECTIONS_A_PROCESS = _CONNECTIONS + 1


def _pooled(url: str) -> Engine:
    """Connections of a server: the last that was given back is the next, for it knows the fast statements."""
    # No overflow: a connection beyond the pool would be closed again after each use.
    engine = of_server(url, pool_size=_CONNECTIONS, max_overflow=0, pool_use_lifo=True)

    def given_back(_connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        entry.info["idle since"] = monotonic()

    def taken(connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: object) -> None:
        if monotonic() - entry.info.get("idle since", inf) < _ASKED_AFTER_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            raise InvalidatePoolError from None  # the pool makes new ones

    event.listen(engine, "connect", planned_for_pages)
    event.listen(engine, "checkin", given_back)
    event.listen(engine, "checkout", taken)
    return engine


def of_server(url: str, *, connecting: Mapping[str, Any] = MappingProxyType({}), **pool: Any) -> Engine:
    """An engine whose transactions begin by its own words, as those of an embedded database do.

    The driver would send its BEGIN before every query, also where a query is all there is.
    """
    engine = create_engine(
        url,
        connect_args={**connecting, "autocommit": True},
        hide_parameters=True,
        execution_options={_BEGIN: "BEGIN"},
        **pool,
    )
    event.listen(engine, "begin", _begun)
    return engine


def _begun(connection: Connection) -> None:
    if words := connection.get_execution_options()[_BEGIN]:
        driver: Any = connection.connection.driver_connection
        with driver_errors(connection, words):
            driver.execute(words)


def planned_for_pages(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Let a new connection of a server plan for questions over many months.

    Month with month, not every month with all. And without helpers: what pages ask takes some thousandths of
    a second, starting helpers ten, and compiling a plan over months, as PostgreSQL would from some twenty
    million entries on, a hundred. Who checks or copies everything opens a guest's engine, and has both.
    """
    cursor = connection.cursor()
    cursor.execute("SET enable_partitionwise_join = on")
    cursor.execute("SET max_parallel_workers_per_gather = 0")
    cursor.execute("SET jit = off")
    cursor.close()


def _embedded(
    url: str,
    prepare: Callable[[DBAPIConnection, ConnectionPoolEntry], None],
    begin: str,
    *,
    pool_size: int,
    max_overflow: int,
) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=max_overflow,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
        execution_options={_BEGIN: begin},
    )
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begun)
    return engine


# Pages of the journal (32 MB) before they go into the database: a gate's batches write the same ones again.
_CHECKPOINT_PAGES = 8_000
# With SQLite's usual 2 MB a batch among ten million entries would write the same pages of indexes many times,
# and a new index of them take an hour. Kilobytes at most; there is one writer, and a reader to a thread.
_WRITER_KB, _READER_KB = 65_536, 8_192


def _prepare_writer(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # pysqlite's own BEGIN comes too late for SAVEPOINT and not at all for DDL: the engine sends it.
    connection.isolation_level = None
    cursor = connection.cursor()
    # WAL with FULL lost nothing in 1,384 simulated power cuts; NORMAL lost rows in 38 % of them.
    # recursive_triggers: without it REPLACE deletes rows of the log past the triggers that refuse it.
    for pragma in (
        *("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"),
        *("busy_timeout=10000", "recursive_triggers=ON", f"cache_size=-{_WRITER_KB}"),
        f"wal_autocheckpoint={_CHECKPOINT_PAGES}",
        # Who is forgotten leaves no bytes behind in free pages.
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_reader(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    # Before SQLite 3.51.3 a second checkpointer can destroy a busy WAL database: readers never do it.
    cache = f"cache_size=-{_READER_KB}"
    for pragma in ("query_only=ON", "wal_autocheckpoint=0", "busy_timeout=10000", cache):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
