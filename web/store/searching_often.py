"""The two questions the desk asks most, one person's entries and one venue's: put into words once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from sqlalchemy import BigInteger, ColumnElement, Connection, Integer, Select, String, bindparam, tuple_

from web.db.connection import Record
from web.db.prepared import Prepared, storable
from web.db.tables import entries, entry_people
from web.store.entries import told
from web.store.filtering import Wanted, unindexed
from web.store.scope import Scope, visible_venues

Cursor = tuple[int, str]
# After every moment that a database can hold, and before every id.
_END_MS, _FIRST_ID = (1 << 63) - 1, ""


def of_visitor(
    connection: Connection, scope: Scope, visitor_id: str, wanted: Wanted, before: Cursor | None, limit: int
) -> Sequence[Record]:
    """A visitor's entries in scope within the times of `wanted`, newest first, before a place."""
    return _of_visitor(scope).all(connection, whose=visitor_id, **_within(wanted, before, limit))


def of_venue(
    connection: Connection, venue_id: str, wanted: Wanted, before: Cursor | None, limit: int
) -> Sequence[Record]:
    """A venue's entries within the times of `wanted`, newest first, before a place; its scope was asked."""
    return _of_venue().all(connection, whose=venue_id, **_within(wanted, before, limit))


def _within(wanted: Wanted, before: Cursor | None, limit: int) -> dict[str, object]:
    until = (_END_MS if wanted.until_ms is None else wanted.until_ms, _FIRST_ID)
    at_ms, identity = until if before is None else min(until, before)
    return {"from_ms": wanted.from_ms or 0, "until_ms": at_ms, "until_id": storable(identity), "most": limit}


@lru_cache(maxsize=256)
def _of_visitor(scope: Scope) -> Prepared:
    query = _newest(entry_people.c.at_ms, entry_people.c.entry_id)
    query = query.where(entry_people.c.visitor_id == bindparam("whose", type_=String()))
    if not scope.everything:
        query = query.where(unindexed(entries.c.venue_id).in_(visible_venues(scope)))
    return Prepared(query)


@cache
def _of_venue() -> Prepared:
    query = _newest(entries.c.true_ms, entries.c.id)
    return Prepared(query.where(entries.c.venue_id == bindparam("whose", type_=String())))


def _newest(at: ColumnElement[int], identity: ColumnElement[str]) -> Select[tuple[object, ...]]:
    """All that is told of entries, in the order of one index; as a row value both databases end there."""
    until = tuple_(bindparam("until_ms", type_=BigInteger()), bindparam("until_id", type_=String()))
    query = told().where(at >= bindparam("from_ms", type_=BigInteger()), tuple_(at, identity) < until)
    return query.order_by(at.desc(), identity.desc()).limit(bindparam("most", type_=Integer()))
