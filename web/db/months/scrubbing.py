"""Takes deleted rows about people out of PostgreSQL's files; the embedded database overwrites them by itself.

PostgreSQL keeps a deleted row until VACUUM frees its place, and its bytes in that place until another row
comes there or VACUUM FULL writes the table anew; copies stay in the write-ahead log until it is recycled.
"""

from __future__ import annotations

from contextlib import suppress
from enum import Enum

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from web.db.connecting.engine import EACH_ALONE, open_engine
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


class Scrubbed(Enum):
    """What came of it: nothing to do, done, or the role of the site owns no table and may not."""

    NEEDLESS = "needless"
    DONE = "done"
    NOT_OURS = "not ours"


def swept(url: str) -> Scrubbed:
    """Free the places of deleted rows, beside the running site."""
    return _vacuumed(url, "INDEX_CLEANUP ON")


def rewritten(url: str) -> Scrubbed:
    """Write every table about people anew, so that no deleted row lies in any file of one.

    Whoever asks one of them waits meanwhile.
    """
    return _vacuumed(url, "FULL")


def _vacuumed(url: str, how: str) -> Scrubbed:
    if not url.startswith("postgresql"):
        return Scrubbed.NEEDLESS
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return _run(connection.execution_options(**EACH_ALONE), how)
    finally:
        engine.dispose()


def _run(connection: Connection, how: str) -> Scrubbed:
    if not _may(connection):
        return Scrubbed.NOT_OURS
    # However long it takes: nobody waits for this connection.
    connection.exec_driver_sql("SET statement_timeout = 0")
    # As gently as PostgreSQL sweeps by itself: gates use the disk meanwhile. A table that is written anew is
    # closed to everybody until it is done, and no pause would help them.
    if how != "FULL":
        connection.exec_driver_sql("SET vacuum_cost_delay = '2ms'")
    for table in _OF_PEOPLE:
        connection.exec_driver_sql(f"VACUUM ({how}) {table.name}")
    # Without it the old files go with the next one, minutes later; not every owner may ask for it.
    with suppress(ProgrammingError):
        if how == "FULL":
            connection.exec_driver_sql("CHECKPOINT")
    return Scrubbed.DONE


def _may(connection: Connection) -> bool:
    """Whether this role owns all these tables: others VACUUM passes by with a warning."""
    others = connection.execute(
        text(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relname = ANY(:names) AND NOT pg_has_role(current_user, relowner, 'USAGE')"
        ),
        {"names": [table.name for table in _OF_PEOPLE]},
    ).scalar_one()
    return int(others) == 0
