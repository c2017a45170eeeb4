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
from sqlalchemy.sql.expression import ClauseElement

from web.db.connecting.turns import Turn, taken
from web.db.months import log_months
from web.db.statements.prepared import Among, Prepared, by_kind
from web.db.tables import counters, entries, entry_people, leaves, log_sequence, venues
from web.store.counters import raised, value_of
from web.store.logs import log
from web.store.passing.entries import takes_back

# How many leaves of the log are drawn: the first that is not has this index.
_DRAWN = "projected"
# While all is drawn anew: up to which leaf, and from which local day on; the days before stay as they were.
_ANEW_UNTIL = "projected anew until"
_ANEW_FROM_DAY = "projected anew from day"
# What staff did lies between entries, and is not drawn.
_LOOKED_AT = 500


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


def drawn_upto_ms(connection: Connection, now_ms: int) -> int:
    """Until when all that had reached this server is drawn: now, as a rule.

    Of what was not placed in the log yet, which takes half a second, nothing is known here.
    """
    low = drawn(connection)
    if low >= log.size(connection):
        return now_ms
    row = _WAITING.first(connection, low=low, high=low + _LOOKED_AT)
    return now_ms if row is None else min(now_ms, int(row.received_ms))


def begun_anew(connection: Connection, from_day: int) -> None:
    """Start from the first leaf, and leave out what leaves of now say of days before `from_day`."""
    connection.execute(delete(counters).where(counters.c.name.in_((_DRAWN, _ANEW_UNTIL, _ANEW_FROM_DAY))))
    raised(connection, _ANEW_UNTIL, by=log.size(connection))
    raised(connection, _ANEW_FROM_DAY, by=from_day)


def kept_before_day(connection: Connection, leaf: int) -> int:
    """The local day before which what this leaf says is kept already; 0 when all is to be drawn."""
    if leaf >= value_of(connection, _ANEW_UNTIL):
        return 0
    return value_of(connection, _ANEW_FROM_DAY)


def entries_between(connection: Connection, low: int, high: int) -> list[Drawable]:
    """The entries among the leaves `low` ≤ index < `high`, in their order."""
    return _drawable(_BETWEEN.tuples(connection, low=low, high=high))


def entries_told(connection: Connection, ids: Iterable[str]) -> list[Drawable]:
    """Those of these entries that have their place in the log."""
    asked = sorted(set(ids))
    return _drawable(_TOLD.tuples(connection, ids=asked)) if asked else []


def entries_numbered(connection: Connection, numbers: Sequence[tuple[str, int]]) -> list[Drawable]:
    """Those of the entries with these (device, sequence number) that have their place in the log."""
    return _drawable(_NUMBERED.tuples(connection, pairs=json.dumps(numbers))) if numbers else []


def corrected_at(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    """Of those of these entries that are taken back: the index of the first leaf that does it."""
    rows = _CORRECTED.all(connection, ids=sorted(set(ids)))
    return {row.corrects: int(row.first) for row in rows}


def clocks(connection: Connection, venue_ids: Iterable[str]) -> dict[str, tuple[str, int]]:
    """The time zone of each venue, and the minute of its day at which stays end."""
    rows = _CLOCKS.all(connection, ids=sorted(set(venue_ids)))
    return {row.id: (row.time_zone, row.stays_end_minute) for row in rows}


def _drawable(rows: Iterable[Iterable[Any]]) -> list[Drawable]:
    made = (Drawable._make(row) for row in rows)
    return [row for row in made if row.leaf_index is not None]


def _of_leaves(place: ColumnElement[int]) -> Select[tuple[object, ...]]:
    return (
        select(
            place,
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
        .select_from(leaves)
        .join(entries, entries.c.id == leaves.c.ref)
        .join(entry_people, entry_people.c.entry_id == entries.c.id, isouter=True)
        .where(leaves.c.kind == "entry")
    )


def _entries() -> Select[tuple[object, ...]]:
    """Entries with their place or None. Not joined: so many months with so many others take long to plan."""
    place = select(log_sequence.c.leaf_index).where(log_sequence.c.leaf_id == leaves.c.id)
    return _of_leaves(place.scalar_subquery()).where(log_months.of_entry())


def _numbered(dialect: str) -> ClauseElement:
    """The entries with the pairs of device and number in `pairs`, however many."""
    asked: ColumnElement[str] = bindparam("pairs", type_=String)
    if dialect == "postgresql":
        items = func.jsonb_array_elements(cast(asked, postgresql.JSONB))
        rows = items.table_valued(column("value", postgresql.JSONB), name="asked")
        pair: tuple[Any, Any] = rows.c.value[0].astext, cast(rows.c.value[1].astext, BigInteger)
    else:
        rows = func.json_each(asked).table_valued("value", name="asked")
        pair = func.json_extract(rows.c.value, "$[0]"), func.json_extract(rows.c.value, "$[1]")
    named = select(entries.c.id).select_from(rows)
    named = named.join(entries, and_(entries.c.device == pair[0], entries.c.seq == pair[1]))
    return _entries().where(entries.c.id.in_(named))


def _corrected(among: Among) -> ClauseElement:
    other = entries.alias()
    return (
        select(other.c.corrects, func.min(log_sequence.c.leaf_index).label("first"))
        .join(leaves, and_(leaves.c.ref == other.c.id, leaves.c.kind == "entry", log_months.of_entry(other)))
        .join(log_sequence, log_sequence.c.leaf_id == leaves.c.id)
        .where(*takes_back(other), among(other.c.corrects, "ids"))
        .group_by(other.c.corrects)
    )


_IN_ORDER = (
    _of_leaves(log_sequence.c.leaf_index)
    .join(log_sequence, log_sequence.c.leaf_id == leaves.c.id)
    .where(log_sequence.c.leaf_index >= bindparam("low"), log_sequence.c.leaf_index < bindparam("high"))
    .order_by(log_sequence.c.leaf_index)
)
_BETWEEN = Prepared(_IN_ORDER)
_WAITING = Prepared(_IN_ORDER.add_columns(entries.c.received_ms).limit(1))
_TOLD = Prepared(by_kind(lambda among: _entries().where(among(entries.c.id, "ids"))))
_NUMBERED = Prepared({dialect: _numbered(dialect) for dialect in ("sqlite", "postgresql")})
_CORRECTED = Prepared(by_kind(_corrected))
_CLOCKS = Prepared(
    by_kind(
        lambda among: select(venues.c.id, venues.c.time_zone, venues.c.stays_end_minute).where(
            among(venues.c.id, "ids")
        )
    )
)
