"""Days before, copied by the database itself out of the one that was made: 10 million entries in minutes.

Copies have their own ids, numbers and times. Their sealed records do not open and their leaves speak of the
first day, which no query of the bench reads.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, String, Table, func, insert, select

from web.db.tables import (
    day_counts,
    entries,
    entry_people,
    hour_counts,
    leaves,
    spreads,
    stays,
    venue_days,
)

DAY_MS: Final = 86_400_000
# Shanghai: eight hours ahead, and no change of the clock.
_AHEAD_MS: Final = 8 * 3_600_000
_SEQ_A_DAY: Final = 1_000_000
_Value = ColumnElement[Any]


def cloned(connection: Connection, days: int, midnight_ms: int) -> None:
    """Copy the day that began at `midnight_ms` to as many days earlier, with its figures and stays."""
    if connection.dialect.name == "sqlite":
        # With its usual 2 MB it would read and write every page of every index many times over.
        connection.exec_driver_sql("PRAGMA cache_size = -1500000")
    back, until_ms = days * DAY_MS, midnight_ms + DAY_MS
    of_day = (entries.c.true_ms >= midnight_ms) & (entries.c.true_ms < until_ms)
    seen = (entry_people.c.at_ms >= midnight_ms) & (entry_people.c.at_ms < until_ms)
    inside = (stays.c.in_ms >= midnight_ms) & (stays.c.in_ms < until_ms)
    _copied(connection, entries, of_day, back, {
        "id": _id(connection, entries.c.id, entries.c.true_ms - back),
        "seq": entries.c.seq + days * _SEQ_A_DAY,
    })  # fmt: skip
    _copied(connection, entry_people, seen, back, {
        "entry_id": _id(connection, entry_people.c.entry_id, entry_people.c.at_ms - back),
    })  # fmt: skip
    _copied(connection, stays, inside, back, {
        "entry_id": _id(connection, stays.c.entry_id, stays.c.in_ms - back),
    })  # fmt: skip
    _copied(connection, leaves, of_day, back, {
        "ref": _id(connection, leaves.c.ref, entries.c.true_ms - back),
    }, leaves.join(entries, entries.c.id == leaves.c.ref))  # fmt: skip
    day = (midnight_ms + _AHEAD_MS) // DAY_MS
    for table in (venue_days, hour_counts, day_counts, spreads):
        earlier = {"local_day": table.c.local_day - days}
        _copied(connection, table, table.c.local_day == day, back, earlier)


def _copied(
    connection: Connection,
    table: Table,
    where: ColumnElement[bool],
    back_ms: int,
    changed: dict[str, _Value],
    source: FromClause | None = None,
) -> None:
    # The database gives a leaf its number, and tells an entry the month of it.
    columns = [column for column in table.columns if column not in (leaves.c.id, entries.c.leaf_month)]
    values: list[_Value] = []
    for column in columns:
        shifted = column - back_ms if column.name.endswith("_ms") else column
        values.append(changed.get(column.name, shifted))
    query = select(*values).select_from(table if source is None else source).where(where)
    connection.execute(insert(table).from_select([column.name for column in columns], query))


def _id(connection: Connection, column: _Value, at_ms: _Value) -> _Value:
    """A version 7 UUID as of another time: its first 12 digits are that."""
    high, low = at_ms // 0x10000, at_ms % 0x10000
    rest = func.substr(column, 14)
    if connection.dialect.name == "sqlite":
        return func.printf("%08x-%04x", high, low, type_=String).concat(rest)
    told = func.lpad(func.to_hex(high), 8, "0", type_=String).concat("-")
    return told.concat(func.lpad(func.to_hex(low), 4, "0", type_=String)).concat(rest)
