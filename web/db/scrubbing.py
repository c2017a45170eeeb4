"""Takes deleted rows about people out of PostgreSQL's files; the embedded database overwrites them by itself.

PostgreSQL keeps a deleted row until VACUUM frees its place, and its bytes in that place until another row
comes there or VACUUM FULL writes the table anew; copies stay in the write-ahead log until it is recycled.
"""

from __future__ import annotations

from sqlalchemy import Connection

from web.db.engine import open_engine
from web.db.tables import (
    codes,
    credentials,
    deed_subjects,
    deliveries,
    entry_people,
    export_plans,
    exports,
    file_pieces,
    holds,
    idempotent_calls,
    invitations,
    looks,
    quarantine,
    roll_marks,
    saved_filters,
    stays,
    traces,
    visited_areas,
    visitor_terms,
    visitors,
    visits,
)

_OF_PEOPLE = (
    codes, credentials, deed_subjects, deliveries, entry_people, export_plans, exports, file_pieces, holds,
    idempotent_calls, invitations, looks, quarantine, roll_marks, saved_filters, stays, traces, visited_areas,
    visitor_terms, visitors, visits,
)  # fmt: skip


def swept(url: str) -> bool:
    """Free the places of deleted rows, beside the running site; False where there is no need to."""
    return _vacuumed(url, "INDEX_CLEANUP ON")


def rewritten(url: str) -> bool:
    """Write every table about people anew, so that no deleted row lies in any file of one.

    Whoever asks one of them waits meanwhile. False where there is no need to.
    """
    return _vacuumed(url, "FULL")


def _vacuumed(url: str, how: str) -> bool:
    if not url.startswith("postgresql"):
        return False
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            _run(connection.execution_options(isolation_level="AUTOCOMMIT"), how)
    finally:
        engine.dispose()
    return True


def _run(connection: Connection, how: str) -> None:
    # However long it takes: nobody waits for this connection.
    connection.exec_driver_sql("SET statement_timeout = 0")
    for table in _OF_PEOPLE:
        connection.exec_driver_sql(f"VACUUM ({how}) {table.name}")
    if how == "FULL":
        connection.exec_driver_sql("CHECKPOINT")
