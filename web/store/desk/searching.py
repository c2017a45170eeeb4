"""Entries as the desk asks for them: newest first, as they arrive, counted; by the index that leads there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    TextClause,
    and_,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)

from web.db.connecting.connection import Record
from web.db.schema.records import COMMON_REASONS, COMMON_WAYS, IS_RARE_REASON, IS_RARE_WAY
from web.db.statements.storable import Line
from web.db.tables import entries, entry_people, leaves
from web.store.desk import searching_often
from web.store.desk.filtering import Wanted, conditions, unindexed
from web.store.desk.filtering_places import Among, among
from web.store.passing.entries import told
from web.store.scope import Scope

Cursor = tuple[int, str]
Place = tuple[ColumnElement[int], ColumnElement[str]]
_Condition = ColumnElement[bool] | TextClause
COUNTED_MOST = 10_000


def page(
    connection: Connection, scope: Scope, wanted: Wanted, *, before: Cursor | None = None, limit: int = 50
) -> Sequence[Record]:
    """Entries in scope, newest first; `before` is (true_ms, id) of a row, itself left out."""
    always = replace(wanted, from_ms=None, until_ms=None)
    if wanted.people is not None and always == Wanted(people=wanted.people) and wanted.people.only_visitor_id:
        whose = wanted.people.only_visitor_id
        return searching_often.of_visitor(connection, scope, whose, wanted, before, limit)
    if wanted.venue_id and always == Wanted(venue_id=wanted.venue_id):
        return searching_often.of_venue(connection, scope, wanted.venue_id, wanted, before, limit)
    places = among(connection, scope, wanted)
    query = newest(places, wanted, before=before, limit=limit)
    return [] if query is None else connection.execute(query).all()


def newest(places: Among, wanted: Wanted, *, before: Cursor | None = None, limit: int) -> Select[Any] | None:
    """The newest entries before a place with all that is told of them; None when no venue is left."""
    if visitor_id := _only_visitor(places, wanted):
        place, which = _walked_by(entry_people, places, wanted)
        which.append(entry_people.c.visitor_id == visitor_id)
    elif places.venue_ids is not None and len(places.venue_ids) == 1 and not wanted.is_pointed:
        place, (which,) = placed(wanted), ways(places, wanted)
    else:
        return _told_of(found(places, wanted, before=before, limit=limit))
    # In the order of one index: what is told is read along with it, and no more than is shown.
    if before is not None:
        which.append(is_before(place, before))
    return _told().where(*which).order_by(place[0].desc(), place[1].desc()).limit(limit)


# The same words for every question: only what is asked is added.
_told = cache(told)


def _told_of(chosen: Select[Any] | None) -> Select[Any] | None:
    if chosen is None:
        return None
    ids = chosen.subquery()
    query = _told().join(ids, ids.c.id == entries.c.id)
    return query.order_by(ids.c.true_ms.desc(), ids.c.id.desc())


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
    # In the words: of a limit that it does not know SQLite expects a million rows, and reads every venue's.
    most = literal_column(str(limit), Integer())
    parts = [
        part.limit(most) for part in (_rare(places, wanted, before) or _in_order(places, wanted, before))
    ]
    if len(parts) < 2:
        return parts[0] if parts else None
    merged = union_all(*(select(way.subquery()) for way in parts)).subquery()
    order = (merged.c.true_ms.desc(), merged.c.id.desc())
    return select(merged.c.true_ms, merged.c.id).order_by(*order).limit(most)


def _in_order(places: Among, wanted: Wanted, before: Cursor | None) -> list[Select[Any]]:
    """Selections that walk through time, of each venue or of all; together they are what is meant."""
    place = placed(wanted)
    return [
        _newest_first(select(entries.c.true_ms, entries.c.id), place, which, before)
        for which in ways(places, wanted)
    ]


def _rare(places: Among, wanted: Wanted, before: Cursor | None) -> list[Select[Any]]:
    """Selections by an index of what few entries are, each in the order of time; none where there is none.

    Of a few venues each has its own index, and its entries are not many.
    """
    if visitor_id := _only_visitor(places, wanted):
        return [_by_person(entry_people.c.visitor_id == visitor_id, places, wanted, before)]
    if places.venue_ids is not None or wanted.is_pointed:
        return []
    place = placed(wanted)
    (which,) = ways(places, wanted)
    told_by = select(entries.c.true_ms, entries.c.id)
    for column, values, common, is_rare in (
        (entries.c.reason, wanted.reasons, COMMON_REASONS, IS_RARE_REASON),
        (entries.c.way, wanted.ways, COMMON_WAYS, IS_RARE_WAY),
    ):
        if values and not set(values) & set(common):
            return [
                _newest_first(told_by, place, [is_rare, column == value, *which], before) for value in values
            ]
    return [
        _by_person(entry_people.c.visitor_class == value, places, wanted, before) for value in wanted.classes
    ]


def _only_visitor(places: Among, wanted: Wanted) -> str:
    """The one visitor that is meant and nobody else, or ""."""
    return wanted.people.only_visitor_id if places.venue_ids is None and wanted.people is not None else ""


def _by_person(who: ColumnElement[bool], places: Among, wanted: Wanted, before: Cursor | None) -> Select[Any]:
    """Entries in the order of an index over the private part: no more is read than is shown."""
    place, which = _walked_by(entry_people, places, wanted)
    query = select(entry_people.c.at_ms.label("true_ms"), entries.c.id)
    query = query.join(entries, entries.c.id == entry_people.c.entry_id)
    return _newest_first(query, place, [who, *which], before)


def _walked_by(own: Table, places: Among, wanted: Wanted) -> tuple[Place, list[ColumnElement[bool]]]:
    """The order of the private part, and all that is asked besides whose it is."""
    where = conditions(replace(wanted, people=None, classes=()), hidden=True)
    if wanted.people is not None and wanted.classes:
        where.append(unindexed(own.c.visitor_class).in_(wanted.classes))
    if places.chosen is not None:
        where.append(unindexed(entries.c.venue_id).in_(places.chosen))
    if wanted.from_ms is not None:
        where.append(own.c.at_ms >= wanted.from_ms)
    if wanted.until_ms is not None:
        where.append(own.c.at_ms < wanted.until_ms)
    return (own.c.at_ms, own.c.entry_id), where


def _newest_first(
    query: Select[Any], place: Place, which: Sequence[_Condition], before: Cursor | None
) -> Select[Any]:
    older = [] if before is None else [is_before(place, before)]
    return query.where(*which, *older).order_by(place[0].desc(), place[1].desc())


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
