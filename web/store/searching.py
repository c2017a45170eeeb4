"""Entries as the desk asks for them: newest first, as they arrive, counted; by the index that leads there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    literal,
    select,
    tuple_,
    union_all,
)

from web.db.connection import Record
from web.db.storable import Line
from web.db.tables import entries, entry_people, leaves
from web.store.entries import told
from web.store.filtering import Wanted, conditions, unindexed
from web.store.filtering_places import Among, among
from web.store.scope import Scope

Cursor = tuple[int, str]
Place = tuple[ColumnElement[int], ColumnElement[str]]
COUNTED_MOST = 10_000


def page(
    connection: Connection, scope: Scope, wanted: Wanted, *, before: Cursor | None = None, limit: int = 50
) -> Sequence[Record]:
    """Entries in scope, newest first; `before` is (true_ms, id) of a row, itself left out."""
    chosen = found(among(connection, scope, wanted), wanted, before=before, limit=limit)
    if chosen is None:
        return []
    ids = chosen.subquery()
    query = told().join(ids, ids.c.id == entries.c.id)
    return connection.execute(query.order_by(ids.c.true_ms.desc(), ids.c.id.desc())).all()


def counted(connection: Connection, scope: Scope, wanted: Wanted) -> int:
    """How many entries there are, but at most COUNTED_MOST + 1."""
    places, most = among(connection, scope, wanted), COUNTED_MOST + 1
    parts = [select(entries.c.id).where(*which).limit(most) for which in ways(places, wanted)]
    if not parts:
        return 0
    inner = parts[0] if len(parts) == 1 else union_all(*(select(part.subquery()) for part in parts))
    return min(most, int(connection.scalar(select(func.count()).select_from(inner.subquery())) or 0))


def arrived(
    connection: Connection, scope: Scope, wanted: Wanted, after_leaf: int, limit: int
) -> Sequence[Record]:
    """Entries that reached this server after a leaf, in the order of their arrival."""
    places = among(connection, scope, wanted)
    where = conditions(wanted, hidden=True)
    if places.venue_ids is not None:
        where.append(unindexed(entries.c.venue_id).in_(places.venue_ids))
    elif places.chosen is not None:
        where.append(unindexed(entries.c.venue_id).in_(places.chosen))
    query = told().add_columns(leaves.c.id.label("leaf_id"))
    query = query.join(leaves, and_(leaves.c.ref == entries.c.id, leaves.c.kind == "entry"))
    query = query.where(leaves.c.id > after_leaf, *where)
    return connection.execute(query.order_by(leaves.c.id).limit(limit)).all()


def found(places: Among, wanted: Wanted, *, before: Cursor | None = None, limit: int) -> Select[Any] | None:
    """The ids and times of the newest entries before a place; None when no venue is left to look at."""
    if places.venue_ids is None and wanted.people is not None and wanted.people.only_visitor_id:
        return _of_one(wanted.people.only_visitor_id, places, wanted, before, limit)
    place = placed(wanted)
    order = (place[0].desc(), place[1].desc())
    parts = []
    for which in ways(places, wanted):
        if before is not None:
            which.append(is_before(place, before))
        parts.append(select(entries.c.true_ms, entries.c.id).where(*which).order_by(*order).limit(limit))
    if len(parts) < 2:
        return parts[0] if parts else None
    merged = union_all(*(select(way.subquery()) for way in parts)).subquery()
    newest = (merged.c.true_ms.desc(), merged.c.id.desc())
    return select(merged.c.true_ms, merged.c.id).order_by(*newest).limit(limit)


def _of_one(visitor_id: str, places: Among, wanted: Wanted, before: Cursor | None, limit: int) -> Select[Any]:
    """The same of one visitor, walked in the order of their own times: no more is read than is shown."""
    own = entry_people.alias()
    place = (own.c.at_ms, own.c.entry_id)
    where = [own.c.visitor_id == visitor_id, *conditions(replace(wanted, people=None), hidden=True)]
    if places.chosen is not None:
        where.append(unindexed(entries.c.venue_id).in_(places.chosen))
    if wanted.from_ms is not None:
        where.append(own.c.at_ms >= wanted.from_ms)
    if wanted.until_ms is not None:
        where.append(own.c.at_ms < wanted.until_ms)
    if before is not None:
        where.append(is_before(place, before))
    query = select(own.c.at_ms.label("true_ms"), entries.c.id).join(entries, entries.c.id == own.c.entry_id)
    return query.where(*where).order_by(place[0].desc(), place[1].desc()).limit(limit)


def placed(wanted: Wanted) -> Place:
    """What entries are ordered by, hidden from the index over time where few are meant."""
    return (unindexed(entries.c.true_ms) if wanted.is_pointed else entries.c.true_ms, entries.c.id)


def is_before(place: Place, cursor: Cursor) -> ColumnElement[bool]:
    """Whether an entry is older than a place; as row values both databases begin there in the index."""
    return tuple_(*place) < tuple_(literal(cursor[0], BigInteger), literal(cursor[1], Line))


def ways(places: Among, wanted: Wanted) -> list[list[ColumnElement[bool]]]:
    """The conditions of each selection whose rows together are those that are meant."""
    hidden = wanted.is_pointed
    asked = conditions(wanted, hidden=hidden)
    venue = unindexed(entries.c.venue_id) if hidden else entries.c.venue_id
    if places.venue_ids is None:
        within = [] if places.chosen is None else [unindexed(entries.c.venue_id).in_(places.chosen)]
        return [[*within, *asked]]
    if hidden:
        return [[venue.in_(places.venue_ids), *asked]] if places.venue_ids else []
    return [[venue == one, *asked] for one in places.venue_ids]
