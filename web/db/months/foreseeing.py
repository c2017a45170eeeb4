"""Looks ahead, beside a running site, at the rows that a migration is going to keep apart by month.

A moment of an exclusive lock for each table, then a look at its rows that keeps nobody waiting: what is
checked here the migration need not look at under its lock.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, Connection, Engine, exists, select
from sqlalchemy.exc import OperationalError

from web.db.bringing.revisions import current_revision
from web.db.connecting.engine import EACH_ALONE
from web.db.connecting.turns import Turn, held_beside
from web.db.months import log_months, months

_CHECK: Final = "before_months"
# Who waits for readers is waited for by everybody else: others go first after a while, and so often.
_PAUSE_S, _TRIES = 0.5, 600
_LOCK_NOT_AVAILABLE: Final = "55P03"


@dataclass(frozen=True, slots=True)
class _Parting:
    """From which schemas on a migration parts tables, before which schema, and up to what is checked."""

    since: str
    before: str
    keys: tuple[Column[str] | Column[int], ...]
    first: str | int


def foreseen(engine: Engine) -> None:
    """Check the ids of a database that has no months yet, beside a running site: then parting it is quick.

    Nothing is done where an id is too late for the check; the migration moves it then, or makes the check
    alone.
    """
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        current = current_revision(connection) or ""
        coming = [one for one in _partings(connection) if one.since <= current < one.before]
    if not coming:
        return
    with (
        engine.connect().execution_options(**EACH_ALONE) as connection,
        held_beside(connection, Turn.MIGRATING),
    ):
        for parting in coming:
            _checked(connection, parting)


def _partings(connection: Connection) -> tuple[_Parting, ...]:
    day = months.first_day(months.database_now_ms(connection), 2)
    entries, people, stays = (table.primary_key.columns[0] for table in months.PARTED)
    return (
        _Parting("0013", "0014", (entries, people, stays), months.bound(months.begins_ms(day))),
        _Parting("0001", "0017", log_months.KEYS, log_months.month(day) * log_months.A_MONTH),
    )


def _checked(connection: Connection, parting: _Parting) -> None:
    for key in parting.keys:
        if connection.scalar(select(exists(select(key).where(key >= parting.first)))):
            return
    for key in parting.keys:
        table = key.table.name
        # One of an earlier try may end too soon.
        _changed(connection, f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {_CHECK}")
        check = f"CHECK ({key.name} < '{parting.first}') NOT VALID"
        _changed(connection, f"ALTER TABLE {table} ADD CONSTRAINT {_CHECK} {check}")
        connection.exec_driver_sql(f"ALTER TABLE {table} VALIDATE CONSTRAINT {_CHECK}")


def _changed(connection: Connection, statement: str) -> None:
    """Change a table as soon as nobody uses it for a moment; the last try says who was in the way."""
    connection.exec_driver_sql(f"SET lock_timeout = '{months.LOCK_PATIENCE}'")
    try:
        for _ in range(_TRIES - 1):
            try:
                connection.exec_driver_sql(statement)
                return
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", "") != _LOCK_NOT_AVAILABLE:
                    raise
                time.sleep(_PAUSE_S)
        connection.exec_driver_sql(statement)
    finally:
        connection.exec_driver_sql("RESET lock_timeout")
