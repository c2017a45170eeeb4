"""Legal holds: what must not be erased although its time is over, of a visitor or of a venue's period."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, or_, select, update

from web.db.connecting.connection import Record
from web.db.tables import accounts, enterprises, entries, entry_people, legal_holds, venues, visitors, visits
from web.store.scope import Scope, visible_enterprises

VISITOR, VENUE = "visitor", "venue"


def added(connection: Connection, **values: object) -> None:
    """Keep a new hold."""
    connection.execute(insert(legal_holds).values(**values))


def lifted(connection: Connection, hold_id: str, account_id: str, now_ms: int) -> bool:
    """End a hold that is in force; False when it is not any more."""
    change = update(legal_holds).where(legal_holds.c.id == hold_id, legal_holds.c.lifted_ms.is_(None))
    return connection.execute(change.values(lifted_by=account_id, lifted_ms=now_ms)).rowcount == 1


def rows(connection: Connection, scope: Scope, hold_id: str = "") -> Sequence[Record]:
    """Holds on visitors and venues of enterprises in scope, those in force first, then the newest."""
    setter, lifter = accounts.alias(), accounts.alias()
    seen = visible_enterprises(scope)
    query = (
        select(
            legal_holds,
            venues.c.name.label("venue_name"),
            venues.c.time_zone,
            visitors.c.masked_name,
            visitors.c.short_number,
            enterprises.c.name.label("enterprise_name"),
            setter.c.login.label("set_login"),
            lifter.c.login.label("lifted_login"),
        )
        .join(
            venues,
            and_(legal_holds.c.subject == VENUE, venues.c.id == legal_holds.c.subject_id),
            isouter=True,
        )
        .join(
            visitors,
            and_(legal_holds.c.subject == VISITOR, visitors.c.id == legal_holds.c.subject_id),
            isouter=True,
        )
        .join(
            enterprises,
            or_(enterprises.c.id == venues.c.enterprise_id, enterprises.c.id == visitors.c.enterprise_id),
            isouter=True,
        )
        .join(setter, setter.c.id == legal_holds.c.set_by, isouter=True)
        .join(lifter, lifter.c.id == legal_holds.c.lifted_by, isouter=True)
        .where(or_(visitors.c.enterprise_id.in_(seen), venues.c.enterprise_id.in_(seen)))
        .order_by(legal_holds.c.lifted_ms.is_not(None), legal_holds.c.set_ms.desc(), legal_holds.c.id)
    )
    if hold_id:
        query = query.where(legal_holds.c.id == hold_id)
    return connection.execute(query.limit(500)).all()


def visitor_is_held(visitor_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a hold on the visitor himself is in force."""
    return exists(
        select(legal_holds.c.id).where(
            legal_holds.c.subject == VISITOR,
            legal_holds.c.subject_id == visitor_id,
            legal_holds.c.lifted_ms.is_(None),
        )
    )


def venue_is_held(venue_id: ColumnElement[str], at_ms: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a hold on the venue is in force for what happened there at a time."""
    return exists(
        select(legal_holds.c.id).where(
            legal_holds.c.subject == VENUE,
            legal_holds.c.subject_id == venue_id,
            legal_holds.c.lifted_ms.is_(None),
            or_(legal_holds.c.from_ms.is_(None), legal_holds.c.from_ms <= at_ms),
            or_(legal_holds.c.until_ms.is_(None), legal_holds.c.until_ms > at_ms),
        )
    )


def venue_has_any(connection: Connection, venue_id: str) -> bool:
    """Whether any hold on the venue is in force, whatever its period."""
    query = select(legal_holds.c.id).where(
        legal_holds.c.subject == VENUE,
        legal_holds.c.subject_id == venue_id,
        legal_holds.c.lifted_ms.is_(None),
    )
    return connection.execute(query.limit(1)).first() is not None


def on_person(connection: Connection, visitor_id: str) -> bool:
    """Whether the visitor, or an entry or a visit of theirs, is held."""
    mine = select(entry_people.c.entry_id).where(entry_people.c.visitor_id == visitor_id)
    passed = select(entries.c.id).where(
        entries.c.id.in_(mine), venue_is_held(entries.c.venue_id, entries.c.true_ms)
    )
    announced = select(visits.c.id).where(
        visits.c.visitor_id == visitor_id, venue_is_held(visits.c.venue_id, visits.c.until_ms)
    )
    himself = select(visitors.c.id).where(visitors.c.id == visitor_id, visitor_is_held(visitors.c.id))
    return any(connection.execute(query.limit(1)).first() for query in (himself, passed, announced))
