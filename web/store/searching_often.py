"""The two questions the desk asks most, one person's entries and one venue's: put into words once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    bindparam,
    exists,
    literal_column,
    true,
    tuple_,
)

from web.db.connection import Record
from web.db.prepared import Prepared, storable
from web.db.tables import entries, entry_people, venues
from web.store.entries import told
from web.store.filtering import Wanted
from web.store.scope import Scope, visible_venues

Cursor = tuple[int, str]
# After every moment that a database can hold, and before every id.
_END_MS, _FIRST_ID = (1 << 63) - 1, ""
_WHOSE = bindparam("whose", type_=String())


def of_visitor(
    connection: Connection, scope: Scope, visitor_id: str, wanted: Wanted, before: Cursor | None, limit: int
) -> Sequence[Record]:
    """A visitor's entries in scope within the times of `wanted`, newest first, before a place."""
    return _of_visitor(scope, limit).all(connection, whose=visitor_id, **_within(wanted, before))


def of_venue(
    connection: Connection, scope: Scope, venue_id: str, wanted: Wanted, before: Cursor | None, limit: int
) -> Sequence[Record]:
    """The entries of a venue in scope within the times of `wanted`, newest first, before a place."""
    return _of_venue(scope, limit).all(connection, whose=storable(venue_id), **_within(wanted, before))


def _within(wanted: Wanted, before: Cursor | None) -> dict[str, object]:
    until = (_END_MS if wanted.until_ms is None else wanted.until_ms, _FIRST_ID)
    at_ms, identity = until if before is None else min(until, before)
    return {"from_ms": wanted.from_ms or -_END_MS, "until_ms": at_ms, "until_id": storable(identity)}


@lru_cache(maxsize=256)
def _of_visitor(scope: Scope, limit: int) -> Prepared:
    query = _newest(entry_people.c.at_ms, entry_people.c.entry_id, limit)
    query = query.where(entry_people.c.visitor_id == _WHOSE)
    if not scope.everything:
        # Looked up for each entry and not joined: how many are in scope PostgreSQL could only guess, too low.
        query = query.where(entries.c.venue_id.in_(visible_venues(scope).correlate(None)).is_(true()))
    return Prepared(query)


@lru_cache(maxsize=256)
def _of_venue(scope: Scope, limit: int) -> Prepared:
    query = _newest(entries.c.true_ms, entries.c.id, limit).where(entries.c.venue_id == _WHOSE)
    # Asked once and not of every entry.
    seen = visible_venues(scope).where(venues.c.id == _WHOSE).correlate(None)
    return Prepared(query if scope.everything else query.where(exists(seen)))


def _newest(at: ColumnElement[int], identity: ColumnElement[str], limit: int) -> Select[tuple[object, ...]]:
    """All that is told of entries, in the order of one index; as a row value both databases end there."""
    until = tuple_(bindparam("until_ms", type_=BigInteger()), bindparam("until_id", type_=String()))
    query = told().where(at >= bindparam("from_ms", type_=BigInteger()), tuple_(at, identity) < until)
    # In the words: a limit that it does not know makes PostgreSQL plan for a tenth of all rows, or plan anew.
    return query.order_by(at.desc(), identity.desc()).limit(literal_column(str(limit), Integer()))
