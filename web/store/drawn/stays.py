"""Stays: of whom, from when to when, at which venue; drawn from entries, and forgotten with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

from web.db.connecting.connection import Record
from web.db.statements.many import upserted
from web.db.statements.prepared import Prepared, by_kind
from web.db.tables import entries, entry_people, stays, venues
from web.store.passing.entries import taken_back

# By its venue's rule a stay ends within a day; clocks change by an hour twice a year.
LONGEST_MS = 26 * 3_600_000

_COLUMNS = [column.name for column in stays.c]
# What may change of a stay: how it ended, and how an exit alone began.
_CHANGING = ("in_ms", "out_entrance_id", "out_ms", "ending", "beginning", "entrance_id", "people")


_SINCE, _BEGUN = (
    Prepared(by_kind(making))
    for making in (
        lambda among: select(stays).where(
            among(stays.c.visitor_id, "ids"), stays.c.in_ms >= bindparam("from_ms")
        ),
        lambda among: select(stays).where(among(stays.c.entry_id, "ids")),
    )
)
_PASSAGES = Prepared(
    by_kind(
        lambda among: (
            select(
                entries.c.true_ms,
                entries.c.id,
                entry_people.c.visitor_id,
                entries.c.venue_id,
                entries.c.entrance_id,
                entries.c.direction,
                entries.c.way,
                entries.c.people,
            )
            .join(entries, entries.c.id == entry_people.c.entry_id)
            .where(
                among(entry_people.c.visitor_id, "ids"),
                entry_people.c.at_ms >= bindparam("since_ms"),
                entry_people.c.at_ms <= bindparam("until_ms"),
                entries.c.outcome == "admitted",
                entries.c.corrects == "",
                ~taken_back(),
            )
            .order_by(entries.c.true_ms, entries.c.id)
        )
    )
)


def since(connection: Connection, visitor_ids: Iterable[str], from_ms: int) -> Sequence[tuple[Any, ...]]:
    """The stays of these visitors that began at a time or after it, each in the order of the columns."""
    return _SINCE.tuples(connection, ids=list(visitor_ids), from_ms=from_ms)


def begun_with(connection: Connection, entry_ids: Iterable[str]) -> Sequence[tuple[Any, ...]]:
    """The stays that began with these entries, each in the order of the columns."""
    return _BEGUN.tuples(connection, ids=list(entry_ids))


def passages(
    connection: Connection, visitor_ids: Sequence[str], since_ms: int, until_ms: int
) -> Sequence[Record]:
    """When these visitors were let in or out in `since_ms` ≤ t ≤ `until_ms`, anywhere, in order."""
    return _PASSAGES.all(connection, ids=list(visitor_ids), since_ms=since_ms, until_ms=until_ms)


def written(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Keep stays (values in the order of the columns); one that began with the same entry is replaced."""
    if not rows:
        return
    replacing = _replacing(connection.dialect.name)
    upserted(connection, replacing, _COLUMNS, sorted(rows, key=lambda row: str(row[0])))


@cache
def _replacing(dialect: str) -> Insert:
    new: Any = (postgresql if dialect == "postgresql" else sqlite).insert(stays)
    changing = {name: new.excluded[name] for name in _CHANGING}
    replacing: Insert = new.on_conflict_do_update(index_elements=["entry_id"], set_=changing)
    return replacing


_REMOVAL = Prepared(by_kind(lambda among: delete(stays).where(among(stays.c.entry_id, "ids"))))


def removed(connection: Connection, entry_ids: Iterable[str]) -> None:
    """Delete the stays that began with these entries."""
    if ids := list(entry_ids):
        _REMOVAL.run(connection, ids=ids)


def all_removed(connection: Connection) -> None:
    """Delete every stay, to draw them anew."""
    connection.execute(delete(stays))


def clocks_of_open(connection: Connection) -> dict[str, tuple[str, int]]:
    """The zone, and the minute at which its stays end, of each venue at which somebody is."""
    inside = exists(select(stays.c.entry_id).where(stays.c.venue_id == venues.c.id, stays.c.out_ms.is_(None)))
    query = select(venues.c.id, venues.c.time_zone, venues.c.stays_end_minute).where(inside)
    return {row.id: (row.time_zone, row.stays_end_minute) for row in connection.execute(query)}


def open_before(connection: Connection, venue_id: str, before_ms: int, limit: int) -> list[tuple[str, int]]:
    """The entries, with their times, whose stays at a venue began before a time and are not over."""
    # As a sum the time is in no index: SQLite then takes that of open stays, not that of all there ever were.
    began = stays.c.in_ms + 0
    query = select(stays.c.entry_id, stays.c.in_ms).where(
        stays.c.venue_id == venue_id, began < before_ms, stays.c.out_ms.is_(None)
    )
    return [(row.entry_id, row.in_ms) for row in connection.execute(query.limit(limit))]


def ended(connection: Connection, ends: Sequence[tuple[str, int]], ending: str) -> None:
    """End open stays, each (entry, when), in one way."""
    change = update(stays).where(stays.c.entry_id == bindparam("entry"), stays.c.out_ms.is_(None))
    change = change.values(out_ms=bindparam("at"), ending=ending)
    if ends:
        connection.execute(change, [{"entry": entry, "at": at} for entry, at in sorted(ends)])
