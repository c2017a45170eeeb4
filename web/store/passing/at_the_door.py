"""What a check-in asks: few statements, each put into words once (`web.db.statements.prepared`)."""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, literal, or_, select, true

from web.db.connecting.connection import Record
from web.db.statements.prepared import Prepared, storable
from web.db.tables import (
    areas,
    counters,
    credentials,
    enterprises,
    entrances,
    entries,
    holds,
    policies,
    posters,
    venues,
    visited_areas,
    visitor_terms,
    visitors,
    visits,
    webhooks,
)
from web.store.counters import BUNDLE, POLICIES
from web.store.places.places import DOOR

_POSTER_ROW = (
    select(
        posters.c.id.label("poster_id"),
        posters.c.state.label("poster_state"),
        posters.c.short_number,
        *DOOR,
        *(
            select(counters.c.value).where(counters.c.name == name).scalar_subquery().label(label)
            for name, label in ((BUNDLE, "bundle_seq"), (POLICIES, "policies_seq"))
        ),
        exists().where(webhooks.c.deleted_ms.is_(None), webhooks.c.paused_ms.is_(None)).label("is_heard"),
    )
    .join(entrances, entrances.c.id == posters.c.entrance_id)
    .join(venues, venues.c.id == entrances.c.venue_id)
    .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
    .join(areas, areas.c.id == enterprises.c.area_id)
    .where(posters.c.id == bindparam("poster_id"))
)
_POSTER = Prepared(_POSTER_ROW)


def poster(connection: Connection, poster_id: str) -> Record | None:
    """A poster with all about its entrance as `places.entrance_row` has it.

    Besides: the bundle's number, that of the newest policy, and whether any webhook hears of entries.
    """
    return _POSTER.first(connection, poster_id=storable(poster_id))


_ENTRY = Prepared(select(entries.c.id).where(entries.c.id == bindparam("entry_id")))


def has_entry(connection: Connection, entry_id: str) -> bool:
    """Whether an entry with this id is here."""
    return _ENTRY.first(connection, entry_id=storable(entry_id)) is not None


def _found(name: str) -> ColumnElement[bool]:
    named = select(visitor_terms.c.visitor_id)
    return visitors.c.id.in_(
        named.where(visitor_terms.c.field == name, visitor_terms.c.digest == bindparam(name))
    )


_VISITOR = select(
    visitors.c.id,
    visitors.c.visitor_class,
    visitors.c.masked_name,
    visitors.c.short_number,
    or_(
        exists().where(credentials.c.visitor_id == visitors.c.id),
        exists().where(holds.c.visitor_id == visitors.c.id),
        exists().where(visited_areas.c.visitor_id == visitors.c.id),
    ).label("has_facts"),
    exists().where(visits.c.visitor_id == visitors.c.id).label("has_visits"),
)
_FIRST = (
    select(visitors.c.id)
    .where(visitors.c.enterprise_id == enterprises.c.id, _found("phone"), _found("name"))
    .order_by(visitors.c.id)
    .limit(1)
    .scalar_subquery()
)
_KNOWN = _VISITOR.subquery("known")
_POSTER_AND_PERSON = Prepared(
    _POSTER_ROW.add_columns(
        *(
            column.label("visitor_id" if column.name == "id" else column.name)
            for column in _KNOWN.c
            if column.name != "short_number"
        ),
        _KNOWN.c.short_number.label("visitor_number"),
    ).join(_KNOWN, _KNOWN.c.id == _FIRST, isouter=True)
)


def poster_and_person(connection: Connection, poster_id: str, name: bytes, phone: bytes) -> Record | None:
    """As `poster`, and beside it the visitor of its enterprise with the digests of name and phone.

    `visitor_id` is None where nobody was found; else with class, masked name, `visitor_number`, and whether
    more is known of them.
    """
    return _POSTER_AND_PERSON.first(connection, poster_id=storable(poster_id), name=name, phone=phone)


_CAME = (
    _VISITOR.where(visitors.c.enterprise_id == bindparam("enterprise_id"), _found("phone"), _found("name"))
    .order_by(visitors.c.id)
    .limit(1)
    .subquery("came")
)
_PERSON = Prepared(
    select(exists().where(entries.c.id == bindparam("entry_id")).label("is_made"), _CAME).select_from(
        select(literal(1).label("always")).subquery("one").join(_CAME, true(), isouter=True)
    )
)


def person(connection: Connection, enterprise_id: str, name: bytes, phone: bytes, entry_id: str) -> Record:
    """An enterprise's visitor with the digests of name and phone, and whether more is known of them.

    With `is_made`, whether the entry is here already; `id` is None where nobody was found.
    """
    row = _PERSON.first(
        connection, enterprise_id=enterprise_id, name=name, phone=phone, entry_id=storable(entry_id)
    )
    assert row is not None, "one row in any case"
    return row


@cache
def _layers(count: int, *, by_time: bool) -> Prepared:
    places = [
        and_(policies.c.scope_kind == bindparam(f"kind{n}"), policies.c.scope_id == bindparam(f"id{n}"))
        for n in range(count)
    ]
    query = select(policies).where(or_(*places))
    if by_time:
        query = query.where(policies.c.created_ms <= bindparam("at_ms"))
    return Prepared(query.order_by(policies.c.version))


def layers(
    connection: Connection, places: tuple[tuple[str, str], ...], at_ms: int | None
) -> dict[tuple[str, str], Record]:
    """The newest layer of each place that has one, or as it was at a time."""
    values: dict[str, object] = {} if at_ms is None else {"at_ms": at_ms}
    for number, (kind, identity) in enumerate(places):
        values |= {f"kind{number}": kind, f"id{number}": identity}
    rows = _layers(len(places), by_time=at_ms is not None).all(connection, **values)
    return {(row.scope_kind, row.scope_id): row for row in rows}
