"""The two questions the desk asks most, one person's entries and one venue's: put into words once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    bindparam,
    exists,
    false,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from web.db.connecting.connection import Record
from web.db.statements.prepared import Prepared, storable
from web.db.tables import areas, entries, entry_people, venues
from web.store.desk.filtering import Wanted
from web.store.passing.entries import LISTED, told
from web.store.scope import Scope, visible_venues

Cursor = tuple[int, str]
# Before every id.
_FIRST_ID = ""
_PERSONAL = ("record_sealed", "visitor_class")
_WHOSE = bindparam("whose", type_=String())


def of_visitor(
    connection: Connection, scope: Scope, visitor_id: str, wanted: Wanted, before: Cursor | None, limit: int
) -> Sequence[Record]:
    """A visitor's entries in scope within the times of `wanted`, newest first, before a place."""
    within = _within(wanted, before)
    return _of_visitor(scope, frozenset(within), limit).all(connection, whose=visitor_id, **within)


def of_venue(
    connection: Connection, scope: Scope, venue_id: str, wanted: Wanted, before: Cursor | None, limit: int
) -> Sequence[Record]:
    """The entries of a venue in scope within the times of `wanted`, newest first, before a place."""
    within = _within(wanted, before)
    return _of_venue(scope, frozenset(within), limit).all(connection, whose=storable(venue_id), **within)


def _within(wanted: Wanted, before: Cursor | None) -> dict[str, object]:
    """The bounds that are asked for, and no others: PostgreSQL takes each for one that leaves little."""
    asked: dict[str, object] = {} if wanted.from_ms is None else {"from_ms": wanted.from_ms}
    until = None if wanted.until_ms is None else (wanted.until_ms, _FIRST_ID)
    if earliest := min(filter(None, (until, before)), default=None):
        asked |= {"until_ms": earliest[0], "until_id": storable(earliest[1])}
    return asked


@lru_cache(maxsize=256)
def _of_visitor(scope: Scope, bounds: frozenset[str], limit: int) -> Prepared:
    at, identity = entry_people.c.at_ms, entry_people.c.entry_id
    which = [entry_people.c.visitor_id == _WHOSE, *_bounded(at, identity, bounds)]
    if not scope.everything:
        # Looked up for each entry and not joined: how many are in scope PostgreSQL could only guess, too low.
        seen = entries.c.venue_id.in_(visible_venues(scope).correlate(None)).is_(true())
        which.append(or_(_nothing_outside(scope), seen))
    listed = (entries.c[name] for name in (*LISTED, "entrance_id"))
    chosen = select(*listed, *(entry_people.c[name] for name in _PERSONAL), at.label("placed_ms"))
    chosen = chosen.join(entry_people, identity == entries.c.id).where(*which)
    rows = _newest(chosen, at, identity, limit).subquery("chosen")
    return Prepared(
        {
            "sqlite": _newest(told().where(*which), at, identity, limit),
            # What else is told is joined to what is shown: else it may read and order all that is theirs.
            "postgresql": told(rows, _WHOSE).order_by(rows.c.placed_ms.desc(), rows.c.id.desc()),
        }
    )


@lru_cache(maxsize=256)
def _of_venue(scope: Scope, bounds: frozenset[str], limit: int) -> Prepared:
    at, identity = entries.c.true_ms, entries.c.id
    query = told().where(entries.c.venue_id == _WHOSE, *_bounded(at, identity, bounds))
    if not scope.everything:
        # Asked once and not of every entry.
        seen = exists(visible_venues(scope).where(venues.c.id == _WHOSE).correlate(None))
        query = query.where(or_(_nothing_outside(scope), seen))
    return Prepared(_newest(query, at, identity, limit))


def _nothing_outside(scope: Scope) -> ColumnElement[bool]:
    """That a scope holds all areas there are, and with them each venue: then which ones need not be found.

    It does for whoever looks after the whole site; finding the venues in scope took a third of the answer.
    """
    if not scope.area_path:
        return false()
    outside = ~areas.c.path.startswith(scope.area_path, autoescape=True)
    return ~exists(select(areas.c.id).where(outside).correlate(None))


def _bounded(
    at: ColumnElement[int], identity: ColumnElement[str], bounds: frozenset[str]
) -> list[ColumnElement[bool]]:
    """That a place is within the bounds; as a row value both databases begin there in the index."""
    until = tuple_(bindparam("until_ms", type_=BigInteger()), bindparam("until_id", type_=String()))
    since = [at >= bindparam("from_ms", type_=BigInteger())] if "from_ms" in bounds else []
    return [*since, tuple_(at, identity) < until] if "until_ms" in bounds else since


def _newest(
    query: Select[Any], at: ColumnElement[int], identity: ColumnElement[str], limit: int
) -> Select[Any]:
    # In the words: a limit that it does not know makes PostgreSQL plan for a tenth of all rows, or plan anew.
    most = literal_column(str(limit), Integer())
    return query.order_by(at.desc(), identity.desc()).limit(most)
