"""How a database is set up, for whoever looks after it."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection, Engine, select


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite in this Python."""
    return sqlite3.sqlite_version_info


def described(engine: Engine) -> tuple[str, str]:
    """The kind and version of the database, and how it writes: SQLite's journal, PostgreSQL's fsync."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            mode = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())
            return f"SQLite {sqlite3.sqlite_version}", mode
        version = str(connection.exec_driver_sql("SHOW server_version").scalar()).split(" ")[0]
        safe = {
            str(connection.exec_driver_sql(f"SHOW {name}").scalar())
            for name in ("fsync", "full_page_writes", "synchronous_commit")
        }
        return f"PostgreSQL {version}", "off" if "off" in safe else "on"


def answers(connection: Connection) -> None:
    """Ask for nothing; an error says that the database is away."""
    connection.execute(select(1)).one()
