"""What figures and stays are drawn from, in the order of the log, and how far that has come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    cast,
    column,
    delete,
    func,
    select,
)
from sqlalchemy.dialects import postgresql

from web.db.tables import counters, entries, entry_people, leaves, log_sequence, venues
from web.db.turns import Turn, taken
from web.store.counters import raised, value_of
from web.store.entries import takes_back

# How many leaves of the log are drawn: the first that is not has this index.
_DRAWN = "projected"
# While all is drawn anew: up to which leaf, and from which local day on; the days before stay as they were.
_ANEW_UNTIL = "projected anew until"
_ANEW_FROM_DAY = "projected anew from day"
_AT_ONCE = 1_000


class Drawable(NamedTuple):
    """An entry with its place in the log, and who it was while that is kept (else None)."""

    leaf_index: int
    id: str
    device: str
    seq: int
    venue_id: str
    entrance_id: str
    direction: str
    at_ms: int
    true_ms: int
    outcome: str
    reason: str
    way: str
    people: int
    corrects: str
    visitor_id: str | None
    visitor_class: str | None
    has_plate: bool


def turn_taken(connection: Connection) -> None:
    """Wait until nobody else draws; held until the transaction ends."""
    taken(connection, Turn.PROJECTING)


def drawn(connection: Connection) -> int:
    """How many leaves of the log are drawn."""
    return value_of(connection, _DRAWN)


def moved(connection: Connection, by: int) -> None:
    """Note that as many more leaves are drawn, in the transaction that drew them."""
    raised(connection, _DRAWN, by=by)


def size(connection: Connection) -> int:
    """How many leaves have their index."""
    newest = connection.scalar(select(func.max(log_sequence.c.leaf_index)))
    return 0 if newest is None else int(newest) + 1


def begun_anew(connection: Connection, from_day: int) -> None:
    """Start from the first leaf, and leave out what leaves of now say of days before `from_day`."""
    connection.execute(delete(counters).where(counters.c.name.in_((_DRAWN, _ANEW_UNTIL, _ANEW_FROM_DAY))))
    raised(connection, _ANEW_UNTIL, by=size(connection))
    raised(connection, _ANEW_FROM_DAY, by=from_day)


def kept_before_day(connection: Connection, leaf: int) -> int:
    """The local day before which what this leaf says is kept already; 0 when all is to be drawn."""
    if leaf >= value_of(connection, _ANEW_UNTIL):
        return 0
    return value_of(connection, _ANEW_FROM_DAY)


def entries_between(connection: Connection, low: int, high: int) -> list[Drawable]:
    """The entries among the leaves `low` ≤ index < `high`, in their order."""
    at = log_sequence.c.leaf_index
    found = connection.execute(_entries().where(at >= low, at < high).order_by(at))
    return [Drawable._make(row) for row in found]


def entries_told(connection: Connection, ids: Iterable[str]) -> list[Drawable]:
    """Those of these entries that have their place in the log."""
    found: list[Drawable] = []
    for some in parts(ids):
        rows = connection.execute(_entries().where(entries.c.id.in_(some)))
        found += [Drawable._make(row) for row in rows]
    return found


def entries_numbered(connection: Connection, numbers: Sequence[tuple[str, int]]) -> list[Drawable]:
    """Those of the entries with these (device, sequence number) that have their place in the log."""
    if not numbers:
        return []
    source, device, seq = _pairs(connection)
    named = select(entries.c.id).select_from(source)
    named = named.join(entries, and_(entries.c.device == device, entries.c.seq == seq))
    told = _entries().where(entries.c.id.in_(named))
    return [Drawable._make(row) for row in connection.execute(told, {"pairs": json.dumps(numbers)})]


def corrected_at(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """Of those of these entries that are taken back: the index of the first leaf that does it."""
    other = entries.alias()
    first = func.min(log_sequence.c.leaf_index)
    query = (
        select(other.c.corrects, first)
        .join(leaves, and_(leaves.c.ref == other.c.id, leaves.c.kind == "entry"))
        .join(log_sequence, log_sequence.c.leaf_id == leaves.c.id)
        .where(*takes_back(other))
        .group_by(other.c.corrects)
    )
    found: dict[str, int] = {}
    for some in parts(ids):
        found |= {row[0]: int(row[1]) for row in connection.execute(query.where(other.c.corrects.in_(some)))}
    return found


def clocks(connection: Connection, venue_ids: Iterable[str]) -> dict[str, tuple[str, int]]:
    """The time zone of each venue, and the minute of its day at which stays end."""
    query = select(venues.c.id, venues.c.time_zone, venues.c.stays_end_minute)
    found: dict[str, tuple[str, int]] = {}
    for some in parts(venue_ids):
        rows = connection.execute(query.where(venues.c.id.in_(some)))
        found |= {row.id: (row.time_zone, row.stays_end_minute) for row in rows}
    return found


def parts(ids: Iterable[str]) -> Iterable[list[str]]:
    """The ids without repeats, in their order, as many together as one question takes."""
    every = sorted(set(ids))
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))


def _entries() -> Select[tuple[object, ...]]:
    return (
        select(
            log_sequence.c.leaf_index,
            entries.c.id,
            entries.c.device,
            entries.c.seq,
            entries.c.venue_id,
            entries.c.entrance_id,
            entries.c.direction,
            entries.c.at_ms,
            entries.c.true_ms,
            entries.c.outcome,
            entries.c.reason,
            entries.c.way,
            entries.c.people,
            entries.c.corrects,
            entry_people.c.visitor_id,
            entry_people.c.visitor_class,
            entry_people.c.plate_digest.is_not(None).label("has_plate"),
        )
        .join(leaves, leaves.c.id == log_sequence.c.leaf_id)
        .join(entries, entries.c.id == leaves.c.ref)
        .join(entry_people, entry_people.c.entry_id == entries.c.id, isouter=True)
        .where(leaves.c.kind == "entry")
    )


def _pairs(connection: Connection) -> tuple[Any, ColumnElement[str], ColumnElement[int]]:
    """Pairs of a text and a number out of the parameter `pairs`, however many, as rows to join with."""
    asked: ColumnElement[str] = bindparam("pairs", type_=String)
    if connection.dialect.name == "postgresql":
        items = func.jsonb_array_elements(cast(asked, postgresql.JSONB))
        rows = items.table_valued(column("value", postgresql.JSONB), name="asked")
        return rows, rows.c.value[0].astext, cast(rows.c.value[1].astext, BigInteger)
    rows = func.json_each(asked).table_valued("value", name="asked")
    return rows, func.json_extract(rows.c.value, "$[0]"), func.json_extract(rows.c.value, "$[1]")
