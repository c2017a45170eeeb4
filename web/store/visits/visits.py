"""Announced visits: kept, found by day, person and batch, withdrawn, forgotten; and where each counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Select, and_, case, func, insert, or_, select, update

from web.db.connecting.connection import Record
from web.db.tables import credentials, venues, visitors, visits
from web.store.scope import Scope, visible_enterprises

_AT_ONCE = 500


def added(
    connection: Connection,
    rows: Sequence[Mapping[str, object]],
    appointments: Sequence[Mapping[str, object]],
) -> None:
    """Keep new visits and the credentials that gates know them by; rows of one kind name the same columns."""
    if rows:
        connection.execute(insert(credentials), list(appointments))
        connection.execute(insert(visits), list(rows))


def _with_people(scope: Scope) -> Select[tuple[object, ...]]:
    return (
        select(
            visits,
            visitors.c.masked_name,
            visitors.c.short_number,
            visitors.c.visitor_class,
            venues.c.name.label("venue_name"),
            venues.c.address,
            venues.c.time_zone,
        )
        .join(visitors, visitors.c.id == visits.c.visitor_id)
        .join(venues, venues.c.id == visits.c.venue_id, isouter=True)
        .where(visits.c.enterprise_id.in_(visible_enterprises(scope)))
    )


def rows(
    connection: Connection, scope: Scope, enterprise_id: str, from_ms: int, until_ms: int, limit: int
) -> Sequence[Record]:
    """An enterprise's visits that lie within a time at least partly and were not withdrawn, by time."""
    query = _with_people(scope).where(
        visits.c.enterprise_id == enterprise_id,
        visits.c.from_ms < until_ms,
        visits.c.until_ms > from_ms,
        visits.c.withdrawn_ms.is_(None),
    )
    return connection.execute(query.order_by(visits.c.from_ms, visits.c.id).limit(limit)).all()


def counts(
    connection: Connection, scope: Scope, enterprise_id: str, from_ms: int, until_ms: int
) -> tuple[int, int]:
    """How many visits `rows` has without its limit, and how many of an enterprise begin later."""
    within = and_(visits.c.from_ms < until_ms, visits.c.until_ms > from_ms)
    query = select(
        func.coalesce(func.sum(case((within, 1), else_=0)), 0),
        func.coalesce(func.sum(case((visits.c.from_ms >= until_ms, 1), else_=0)), 0),
    ).where(
        visits.c.enterprise_id == enterprise_id,
        visits.c.enterprise_id.in_(visible_enterprises(scope)),
        visits.c.withdrawn_ms.is_(None),
        visits.c.until_ms > from_ms,
    )
    now, later = connection.execute(query).one()
    return int(now), int(later)


def row(connection: Connection, scope: Scope, visit_id: str) -> Record | None:
    """One visit in scope, withdrawn or not."""
    return connection.execute(_with_people(scope).where(visits.c.id == visit_id)).first()


def of_series(connection: Connection, scope: Scope, series_id: str) -> Sequence[Record]:
    """The visits of a series in scope that were not withdrawn, by time."""
    query = _with_people(scope).where(visits.c.series_id == series_id, visits.c.withdrawn_ms.is_(None))
    return connection.execute(query.order_by(visits.c.from_ms, visits.c.id)).all()


def of_batch(connection: Connection, scope: Scope, account_id: str, batch_id: str) -> Sequence[Record]:
    """The visits in scope that an account announced with one press and that were not withdrawn."""
    query = _with_people(scope).where(
        visits.c.batch_id == batch_id, visits.c.account_id == account_id, visits.c.withdrawn_ms.is_(None)
    )
    return connection.execute(query.order_by(visits.c.from_ms, visits.c.id)).all()


def of_invitation(connection: Connection, invitation_id: str) -> Sequence[Record]:
    """The visits that came of an invitation and were not withdrawn."""
    query = select(visits).where(visits.c.invitation_id == invitation_id, visits.c.withdrawn_ms.is_(None))
    return connection.execute(query.order_by(visits.c.created_ms, visits.c.id)).all()


def batches(connection: Connection, account_id: str, enterprise_id: str, since_ms: int) -> Sequence[Record]:
    """What an account announced for an enterprise since a time, by press: `batch_id`, `made_ms`, `count`."""
    query = (
        select(
            visits.c.batch_id,
            func.min(visits.c.created_ms).label("made_ms"),
            func.count().label("visits"),
            func.count(visits.c.visitor_id.distinct()).label("people"),
        )
        .where(
            visits.c.account_id == account_id,
            visits.c.enterprise_id == enterprise_id,
            visits.c.created_ms > since_ms,
            visits.c.withdrawn_ms.is_(None),
            visits.c.batch_id != "",
        )
        .group_by(visits.c.batch_id)
        .order_by(func.min(visits.c.created_ms).desc(), visits.c.batch_id)
    )
    return connection.execute(query).all()


def standing(connection: Connection, visitor_ids: Sequence[str]) -> Sequence[Record]:
    """The visits of these visitors that were not withdrawn."""
    found: list[Record] = []
    for at in range(0, len(visitor_ids), _AT_ONCE):
        query = select(visits).where(
            visits.c.visitor_id.in_(visitor_ids[at : at + _AT_ONCE]), visits.c.withdrawn_ms.is_(None)
        )
        found += connection.execute(query).all()
    return found


def withdrawn(connection: Connection, visit_rows: Sequence[Record], now_ms: int) -> None:
    """End these visits and the credentials that gates know them by; both stay to be seen."""
    for at in range(0, len(visit_rows), _AT_ONCE):
        some = visit_rows[at : at + _AT_ONCE]
        for table, ids in (
            (visits, [one.id for one in some]),
            (credentials, [one.credential_id for one in some]),
        ):
            ended = update(table).where(table.c.id.in_(ids), table.c.withdrawn_ms.is_(None))
            connection.execute(ended.values(withdrawn_ms=now_ms))


def venues_of(connection: Connection, visitor_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """The venues at which the appointments of these visitors count, by the id of the credential.

    A visit to any venue of its enterprise counts at all of them.
    """
    found: dict[str, set[str]] = {}
    for at in range(0, len(visitor_ids), _AT_ONCE):
        query = where_they_count(select(visits.c.credential_id, venues.c.id.label("at_venue")))
        query = query.where(visits.c.visitor_id.in_(visitor_ids[at : at + _AT_ONCE]))
        for row in connection.execute(query):
            found.setdefault(row.credential_id, set()).add(row.at_venue)
    return {credential: frozenset(where) for credential, where in found.items()}


def where_they_count(query: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    """Visits with every venue that they are to."""
    named = or_(visits.c.venue_id == "", visits.c.venue_id == venues.c.id)
    return query.join(venues, and_(venues.c.enterprise_id == visits.c.enterprise_id, named))


def of_credential(connection: Connection, credential_id: str) -> Sequence[Record]:
    """The visit whose appointment this is, if there is one that was not withdrawn."""
    query = select(visits).where(visits.c.credential_id == credential_id, visits.c.withdrawn_ms.is_(None))
    return connection.execute(query).all()
