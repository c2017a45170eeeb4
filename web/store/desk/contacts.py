"""Stays around other stays: what a trace reads, in few and narrow queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from sqlalchemy import BigInteger, Connection, Select, String, bindparam, or_, select, true

from domain.contact import Stay
from web.db.connecting.connection import Record
from web.db.statements.prepared import Among, Prepared, by_kind, storable
from web.db.tables import enterprises, entrances, stays, venues, visitor_terms, visitors
from web.store.desk.filtering import unindexed
from web.store.drawn.stays import LONGEST_MS
from web.store.scope import Scope, visible_enterprises, visible_venues

# What two registrations of one person have in common.
_SAME = ("phone", "id_number")
_AT_ONCE = 400


def _told() -> Select[tuple[object, ...]]:
    return select(
        stays.c.entry_id, stays.c.visitor_id, stays.c.venue_id, stays.c.entrance_id, stays.c.in_ms,
        stays.c.out_ms, stays.c.out_entrance_id, stays.c.beginning, stays.c.ending,
    )  # fmt: skip


_AROUND = Prepared(
    by_kind(
        lambda among: _told().where(
            stays.c.venue_id == bindparam("venue", type_=String()),
            stays.c.in_ms >= bindparam("begin_ms", type_=BigInteger()),
            stays.c.in_ms <= bindparam("until_ms", type_=BigInteger()),
            (stays.c.out_ms >= bindparam("since_ms", type_=BigInteger())) | stays.c.out_ms.is_(None),
            # By the venue's index: what they did anywhere else would be read by their own.
            among(unindexed(stays.c.visitor_id), "whose"),
        )
    )
)


def of_visitors(
    connection: Connection, scope: Scope, visitor_ids: Sequence[str], since_ms: int, until_ms: int
) -> list[Stay]:
    """Their stays at venues in scope that touch `since_ms` ≤ t ≤ `until_ms`, in the order of time."""
    asked = {"whose": _texts(visitor_ids), "from_ms": since_ms - LONGEST_MS, "until_ms": until_ms}
    rows = _of_visitors(scope).all(connection, **asked)
    found = [stay for row in rows if (stay := _stay(row, until_ms)).out_ms >= since_ms]
    return sorted(found, key=lambda stay: (stay.in_ms, stay.entry_id))


@lru_cache(maxsize=256)
def _of_visitors(scope: Scope) -> Prepared:
    return Prepared(
        by_kind(
            lambda among: _told().where(
                among(stays.c.visitor_id, "whose"),
                # Of each stay of theirs: not as a join, which PostgreSQL would begin with the venues.
                stays.c.venue_id.in_(visible_venues(scope)).is_(true()),
                stays.c.in_ms >= bindparam("from_ms", type_=BigInteger()),
                stays.c.in_ms <= bindparam("until_ms", type_=BigInteger()),
            )
        )
    )


def around(
    connection: Connection,
    venue_id: str,
    from_ms: int,
    to_ms: int,
    known_until_ms: int,
    visitor_ids: Sequence[str],
) -> list[Stay]:
    """Their stays at a venue that touch `from_ms` ≤ t ≤ `to_ms`; those not over last to `known_until_ms`."""
    rows = _AROUND.all(
        connection,
        venue=venue_id,
        begin_ms=from_ms - LONGEST_MS,
        since_ms=from_ms,
        until_ms=to_ms,
        whose=_texts(visitor_ids),
    )
    return [_stay(row, known_until_ms) for row in rows]


def same_people(connection: Connection, scope: Scope, visitor_ids: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of visitors in scope who are one person, one of the given first.

    By their ID number, or by phone and name together: a family may share a phone.
    """
    given = _texts(visitor_ids)
    pairs = _same_people(scope).all(connection, given=given)
    names = _names(connection, [identity for row in pairs for identity in (row.visitor_id, row.other_id)])
    return [
        (row.visitor_id, row.other_id)
        for row in pairs
        if row.field == "id_number" or names.get(row.visitor_id) == names.get(row.other_id)
    ]


@lru_cache(maxsize=256)
def _same_people(scope: Scope) -> Prepared:
    own, other = visitor_terms.c, visitor_terms.alias()

    def made(among: Among) -> Select[tuple[str, str, str]]:
        # Theirs first, on any database and whatever it knows of its rows: the terms of all are many.
        one = (
            select(own.visitor_id, own.field, own.digest)
            .where(among(own.visitor_id, "given"), or_(*(own.field == name for name in _SAME)))
            .cte("one")
            .prefix_with("MATERIALIZED")
        )
        return (
            select(one.c.visitor_id, other.c.visitor_id.label("other_id"), one.c.field)
            .join(other, (other.c.field == one.c.field) & (other.c.digest == one.c.digest))
            .join(visitors, visitors.c.id == other.c.visitor_id)
            .where(
                other.c.visitor_id != one.c.visitor_id,
                visitors.c.enterprise_id.in_(visible_enterprises(scope)),
            )
        )

    return Prepared(by_kind(made))


def _names(connection: Connection, visitor_ids: Iterable[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for some in _in_parts(visitor_ids):
        query = select(visitor_terms.c.visitor_id, visitor_terms.c.digest)
        query = query.where(visitor_terms.c.visitor_id.in_(some), visitor_terms.c.field == "name")
        found |= {row.visitor_id: row.digest for row in connection.execute(query)}
    return found


def known_among(connection: Connection, scope: Scope, visitor_ids: Sequence[str]) -> set[str]:
    """Those of these visitors who are in scope and not forgotten."""
    found: set[str] = set()
    for some in _in_parts(visitor_ids):
        query = select(visitors.c.id).where(
            visitors.c.id.in_(some), visitors.c.enterprise_id.in_(visible_enterprises(scope))
        )
        found |= set(connection.scalars(query))
    return found


def visible_among(connection: Connection, scope: Scope, venue_ids: Iterable[str]) -> set[str]:
    """Those of these venues that are in scope."""
    wanted = _texts(venue_ids)
    return {row.id for row in _visible_among(scope).all(connection, wanted=wanted)}


@lru_cache(maxsize=256)
def _visible_among(scope: Scope) -> Prepared:
    return Prepared(by_kind(lambda among: visible_venues(scope).where(among(venues.c.id, "wanted"))))


def people(connection: Connection, visitor_ids: Sequence[str]) -> dict[str, Record]:
    """Masked name, class, sealed phone and enterprise of each of these visitors."""
    found: dict[str, Record] = {}
    for some in _in_parts(visitor_ids):
        query = (
            select(
                visitors.c.id, visitors.c.masked_name, visitors.c.visitor_class, visitors.c.short_number,
                visitors.c.name_sealed, visitors.c.phone_sealed, visitors.c.enterprise_id,
                enterprises.c.name.label("enterprise_name"),
            )
            .join(enterprises, enterprises.c.id == visitors.c.enterprise_id)
            .where(visitors.c.id.in_(some))
        )  # fmt: skip
        found |= {row.id: row for row in connection.execute(query)}
    return found


def places(connection: Connection, venue_ids: Iterable[str]) -> dict[str, Record]:
    """Name, zone and enterprise of each of these venues."""
    found: dict[str, Record] = {}
    for some in _in_parts(venue_ids):
        query = (
            select(
                venues.c.id, venues.c.name, venues.c.address, venues.c.time_zone, venues.c.enterprise_id,
                enterprises.c.name.label("enterprise_name"),
            )
            .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
            .where(venues.c.id.in_(some))
        )  # fmt: skip
        found |= {row.id: row for row in connection.execute(query)}
    return found


def doors(connection: Connection, entrance_ids: Iterable[str]) -> dict[str, str]:
    """The name of each of these entrances."""
    found: dict[str, str] = {}
    for some in _in_parts(entrance_ids):
        query = select(entrances.c.id, entrances.c.name).where(entrances.c.id.in_(some))
        found |= {row.id: row.name for row in connection.execute(query)}
    return found


def _stay(row: Record, known_until_ms: int) -> Stay:
    stay = Stay._make(row)
    return stay if stay.out_ms is not None else stay._replace(out_ms=max(stay.in_ms, known_until_ms))


def _in_parts(values: Iterable[str]) -> Iterator[list[str]]:
    distinct = list(dict.fromkeys(values))
    return (distinct[at : at + _AT_ONCE] for at in range(0, len(distinct), _AT_ONCE))


def _texts(values: Iterable[str]) -> list[str]:
    """Each of some ids once, as a statement takes a list of them."""
    return [storable(value) for value in dict.fromkeys(values)]
