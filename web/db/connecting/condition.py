"""How a database is set up, for whoever looks after it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Engine, select, text

_SAFE: Final = ("fsync", "full_page_writes", "synchronous_commit")
# Others' rows of it show nothing but their numbers without more rights; to count they are enough.
_TAKEN: Final = text("SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL")
# As bytes, as in C, POSIX and C.UTF-8, capitals come first; in every language letters do in either case.
_COLLATION: Final = text(
    "SELECT datcollate FROM pg_database WHERE datname = current_database() AND 'a' < 'B'"
)


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite in this Python."""
    return sqlite3.sqlite_version_info


@dataclass(frozen=True, slots=True)
class Server:
    """How a PostgreSQL is set up. `losing` are the settings that are off and let a power cut lose entries,
    `room` the connections that it has for us and everybody else, `taken` those of them in use, `collation`
    the language by whose rules it compares text, "" when it compares bytes.
    """

    losing: tuple[str, ...]
    room: int
    taken: int
    is_vacuumed: bool
    collation: str


def described(engine: Engine) -> tuple[str, str]:
    """The kind and version of the database, and SQLite's journal: "" of a server, see `server`."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())
            return f"SQLite {sqlite3.sqlite_version}", mode
        return f"PostgreSQL {_shown(connection, 'server_version').split(' ')[0]}", ""


def server(engine: Engine) -> Server | None:
    """How the server is set up for this role; None for an embedded database."""
    if engine.dialect.name == "sqlite":
        return None
    with engine.connect() as connection:
        kept_back = _shown(connection, "superuser_reserved_connections")
        return Server(
            tuple(name for name in _SAFE if _shown(connection, name) == "off"),
            int(_shown(connection, "max_connections")) - int(kept_back),
            connection.execute(_TAKEN).scalar_one(),
            "off" not in {_shown(connection, name) for name in ("autovacuum", "track_counts")},
            connection.scalar(_COLLATION) or "",
        )


def _shown(connection: Connection, name: str) -> str:
    return str(connection.exec_driver_sql(f"SHOW {name}").scalar())


def answers(connection: Connection) -> None:
    """Ask for nothing; an error says that the database is away."""
    connection.execute(select(1)).one()
