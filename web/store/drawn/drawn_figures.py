"""Writes the figures that are drawn from the log: what is added to each, keys in order."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Connection, Table, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from web.db.statements.many import upserted
from web.db.tables import day_counts as sides
from web.db.tables import hour_counts, spreads, venue_days
from web.store.drawn import day_counts

_DAY_SUMS = ("entries", "people_in", "people_out", "vehicles", "refused", "referred", "feverish")


class Changes(Protocol):
    """What is added: sums by the keys of their tables, in the order of the columns."""

    @property
    def hours(self) -> Mapping[tuple[str, int, int, str, str, str, str, str, str], list[int]]:
        """To `hour_counts`."""

    @property
    def days(self) -> Mapping[tuple[int, str], list[int]]:
        """To `venue_days`."""

    @property
    def times(self) -> Mapping[tuple[int, str], tuple[int, int]]:
        """First and last moments for `venue_days`."""

    @property
    def spreads(self) -> Mapping[tuple[str, str, int, str, int], int]:
        """To `spreads`."""


def added(connection: Connection, changes: Changes) -> None:
    """Add to the figures."""
    _upserted(connection, hour_counts, {key: [*sums] for key, sums in changes.hours.items() if any(sums)})
    day_counts.added(connection, changes.hours)
    _upserted(connection, spreads, {key: [times] for key, times in changes.spreads.items() if times})
    days: dict[tuple[Any, ...], list[int]] = {}
    for key in changes.days.keys() | changes.times.keys():
        # Where nothing new came, the times are neutral: later than any first, earlier than any last.
        first, last = changes.times.get(key, (2**62, 0))
        days[key] = [*changes.days.get(key, [0] * len(_DAY_SUMS)), first, last]
    _upserted(connection, venue_days, days)


def any_before(connection: Connection, day: int) -> bool:
    """Whether there are figures of days before a local day."""
    query = select(venue_days.c.local_day).where(venue_days.c.local_day < day)
    return connection.scalar(query.limit(1)) is not None


def removed_since(connection: Connection, day: int) -> None:
    """Delete the figures of a local day and all after it, to draw them anew."""
    for table in (hour_counts, sides, venue_days, spreads):
        connection.execute(delete(table).where(table.c.local_day >= day))


def _upserted(connection: Connection, table: Table, rows: Mapping[tuple[Any, ...], list[int]]) -> None:
    if not rows:
        return
    names = [column.name for column in table.c]
    adding = _adding(connection.dialect.name, table)
    upserted(connection, adding, names, ((*key, *rows[key]) for key in sorted(rows)))


@cache
def _adding(dialect: str, table: Table) -> Insert:
    keys = [column.name for column in table.primary_key]
    new: Any = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    changing: dict[str, Any] = {
        column.name: column + new.excluded[column.name]
        for column in table.c
        if column.name not in keys and not column.name.endswith("_ms")
    }
    if table is venue_days:
        first, last = (table.c.first_ms, new.excluded.first_ms), (table.c.last_ms, new.excluded.last_ms)
        changing["first_ms"] = case((first[0] < first[1], first[0]), else_=first[1])
        changing["last_ms"] = case((last[0] > last[1], last[0]), else_=last[1])
    adding: Insert = new.on_conflict_do_update(index_elements=keys, set_=changing)
    return adding
