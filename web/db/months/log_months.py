"""On PostgreSQL, a table for each month of leaves and of their order; whoever asks meets one table.

A leaf's number begins with the month that it was given in: at the turn of a month the numbers jump to its
first. Numbers rise as before, so the order of the log is theirs, and `…_before` keeps all from before.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    and_,
    cast,
    func,
    literal,
    select,
    text,
)

from web.db.months.months import AHEAD, PATIENCE, database_now_ms, first_day
from web.db.tables import entries, leaves, log_sequence

PARTED: Final = (leaves, log_sequence)
# What each is parted by: the number of a leaf.
KEYS: Final = (leaves.c.id, log_sequence.c.leaf_id)
BEFORE: Final = "_before"
# Numbers of a month: more than any month has leaves, and with them below 2 ** 53 until the year 2090.
A_MONTH: Final = 10**12
_NOTED: Final = "SELECT conrelid::regclass::text FROM pg_constraint WHERE conname = 'since_month'"
_UNTIL = re.compile(r"TO \((?:'([0-9]+)'|MAXVALUE)\)")


def listed(connection: Connection) -> tuple[int, ...]:
    """The months that have their tables in order, as `month`; first of all the one at which `…_before` ends.

    Nothing where months are not kept apart.
    """
    if connection.dialect.name != "postgresql":
        return ()
    told = connection.execute(
        text(
            "SELECT relname, pg_get_expr(relpartbound, oid) AS bounds FROM pg_class "
            "JOIN pg_inherits ON inhrelid = oid WHERE inhparent = to_regclass('leaves')"
        )
    )
    return tuple(sorted(_listed_as(row.relname.removeprefix(leaves.name), row.bounds) for row in told))


def part(month: int) -> str:
    """What stands after the name of a table of a month."""
    return f"_{2000 + month // 100}_{month % 100:02}"


def month(day: date) -> int:
    """A month in four digits: 2612 is December 2026."""
    return (day.year - 2000) * 100 + day.month


def ahead(months: tuple[int, ...], now_ms: int) -> int:
    """How many whole months after the one of now have their tables; -1 when that of now has none."""
    count = -1
    while count < AHEAD and month(first_day(now_ms, count + 1)) in _covered(months, now_ms):
        count += 1
    return count


def made(connection: Connection, now_ms: int) -> int:
    """Have tables for the month of now and for AHEAD months after it; how many months were made.

    A month that was slept through gets none: its leaves went on in the one before it.
    """
    months, count = listed(connection), 0
    if not months:
        return 0
    connection.execute(text(PATIENCE))
    for nth in range(AHEAD + 1):
        first = first_day(now_ms, nth)
        if month(first) not in _covered(months, now_ms):
            connection.execute(text("SELECT log_month_made(:first)"), {"first": first})
            count += 1
    return count


def turned(connection: Connection, now_ms: int) -> bool:
    """Let the next leaf be of the month of now, if it has tables and is not at it already; whether it was so.

    Waits for whoever has put an entry in and not committed it, and keeps others waiting for as long.
    """
    now = first_day(now_ms, 0)
    if month(now) not in _made(listed(connection)) or _at(connection) >= month(now):
        return False
    connection.execute(text(PATIENCE))
    return bool(connection.scalar(text("SELECT log_month_turned(:first)"), {"first": now}))


def noted(connection: Connection) -> int:
    """Note the index at which each month began whose first leaf has one; how many were noted now."""
    there, count = listed(connection), 0
    if len(there) > 1:
        known = {*connection.scalars(text(_NOTED))}
        coming = [one for one in _made(there) if f"log_sequence{part(one)}" not in known]
        for one in (one for one in coming if one <= _at(connection)):
            connection.execute(text(PATIENCE))
            first = date(2000 + one // 100, one % 100, 1)
            count += bool(connection.scalar(text("SELECT log_month_noted(:first)"), {"first": first}))
    return count


def checked(connection: Connection) -> int:
    """Look at the rows of months whose indexes were noted, beside everybody; PostgreSQL then relies on it."""
    if len(listed(connection)) < 2:
        return 0
    return int(connection.scalar(text("SELECT log_months_checked()")) or 0)


def opened_wide(connection: Connection) -> None:
    """Let the first tables of an empty database take whatever numbers a backup has."""
    if listed(connection):
        _bounded(connection, "MAXVALUE")


def narrowed(connection: Connection) -> None:
    """End the first tables after all numbers that they have, and not before the month after next."""
    if not listed(connection):
        return
    now_ms = database_now_ms(connection)
    newest = int(connection.scalar(select(func.max(leaves.c.id))) or 0)
    _bounded(connection, str(max(month(first_day(now_ms, 2)) * A_MONTH, (newest // A_MONTH + 1) * A_MONTH)))
    connection.execute(text("SELECT leaf_month_told()"))


def of_entry(entry: FromClause = entries) -> ColumnElement[bool]:
    """Whether a leaf is of the month in which that of an entry is: PostgreSQL then looks nowhere else."""
    return of_month(entry.c.leaf_month)


def of_month(month: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a leaf is of a month."""
    since = cast(month, BigInteger) * literal(A_MONTH, BigInteger)
    return and_(leaves.c.id >= since, leaves.c.id < since + literal(A_MONTH, BigInteger))


def _at(connection: Connection) -> int:
    """The month that the newest number is of."""
    return int(connection.scalar(text("SELECT last_value FROM leaves_id_seq")) or 0) // A_MONTH


def _made(months: tuple[int, ...]) -> tuple[int, ...]:
    return months[1:]


def _covered(months: tuple[int, ...], now_ms: int) -> set[int]:
    """The months that have tables, their own or the first."""
    coming = (month(first_day(now_ms, nth)) for nth in range(AHEAD + 1))
    return {*_made(months), *(one for one in coming if one < months[0])}


def _listed_as(part: str, bounds: str) -> int:
    if part == BEFORE:
        until = _UNTIL.search(bounds)
        return int(until[1] or 0) // A_MONTH if until else 0
    year, number = part.split("_")[1:]
    return month(date(int(year), int(number), 1))


def _bounded(connection: Connection, until: str) -> None:
    for table in PARTED:
        first = f"{table.name}{BEFORE}"
        connection.exec_driver_sql(f"ALTER TABLE {table.name} DETACH PARTITION {first}")
        connection.exec_driver_sql(
            f"ALTER TABLE {table.name} ATTACH PARTITION {first} FOR VALUES FROM (MINVALUE) TO ({until})"
        )
