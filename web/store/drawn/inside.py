"""Who is inside venues: the stays that are not over, and how many passed whom nobody names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select, true

from web.db.connecting.connection import Record
from web.db.tables import areas, enterprises, entrances, entries, entry_people, stays, venues, visitors
from web.store.passing.entries import taken_back
from web.store.scope import Scope, enterprise_visible


@dataclass(frozen=True, slots=True)
class Among:
    """Which venues: every part that is not empty narrows."""

    venue_id: str = ""
    enterprise_id: str = ""
    area_id: str = ""


def venue_rows(connection: Connection, scope: Scope, among: Among) -> Sequence[Record]:
    """The venues in scope, with their names, zones, hours and room, by name."""
    query = (
        select(
            venues.c.id,
            venues.c.name,
            venues.c.time_zone,
            venues.c.stays_end_minute,
            venues.c.capacity,
            venues.c.surrounds,
            enterprises.c.name.label("enterprise_name"),
        )
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
        .where(*_among(scope, among))
    )
    return connection.execute(query.order_by(venues.c.name, venues.c.id)).all()


def counts(connection: Connection, scope: Scope, among: Among) -> Sequence[Record]:
    """Per venue in scope: the stays that are not over, the people in them, and since when the first lasts."""
    query = (
        select(
            stays.c.venue_id,
            func.count().label("stays"),
            func.sum(stays.c.people).label("people"),
            func.min(stays.c.in_ms).label("since_ms"),
        )
        .where(stays.c.out_ms.is_(None), stays.c.venue_id.in_(venue_ids(scope, among)))
        .group_by(stays.c.venue_id)
    )
    return connection.execute(query).all()


def unnamed(
    connection: Connection,
    scope: Scope,
    among: Among,
    since: Sequence[tuple[int, Sequence[str]]],
    until_ms: int,
) -> dict[str, int]:
    """Per venue in scope: people in less people out whom nobody names, where it is not none.

    `since` are times with the venues that are counted from then on, up to `until_ms`.
    """
    if not since:
        return {}
    earliest = min(at_ms for at_ms, _ in since)
    # Nearly always one time for all: the zone's midnight.
    apart = [and_(entries.c.venue_id.in_(ids), entries.c.true_ms >= at_ms) for at_ms, ids in since]
    moves = case((entries.c.direction == "out", -entries.c.people), else_=entries.c.people)
    query = (
        select(entries.c.venue_id, func.sum(moves).label("people"))
        .join(entry_people, entry_people.c.entry_id == entries.c.id)
        .where(
            entry_people.c.visitor_id == "",
            entry_people.c.at_ms >= earliest,
            entry_people.c.at_ms <= until_ms,
            or_(*apart) if len(apart) > 1 else true(),
            entries.c.outcome == "admitted",
            ~taken_back(),
            entries.c.venue_id.in_(venue_ids(scope, among)),
        )
        .group_by(entries.c.venue_id)
    )
    return {row.venue_id: int(row.people) for row in connection.execute(query) if row.people > 0}


def people(connection: Connection, scope: Scope, among: Among, limit: int) -> Sequence[Record]:
    """The stays in scope that are not over, the longest first, with who it is."""
    query = of_stays().where(stays.c.out_ms.is_(None), stays.c.venue_id.in_(venue_ids(scope, among)))
    return connection.execute(query.order_by(stays.c.in_ms, stays.c.entry_id).limit(limit)).all()


def people_at(
    connection: Connection, scope: Scope, venue_id: str, at_ms: int, since_ms: int
) -> Sequence[Record]:
    """The stays at a venue in scope, begun after `since_ms`, that were going on at a time."""
    query = of_stays().where(
        stays.c.in_ms > since_ms,
        stays.c.in_ms <= at_ms,
        stays.c.beginning == "scanned",
        or_(stays.c.out_ms.is_(None), stays.c.out_ms > at_ms),
        stays.c.venue_id.in_(venue_ids(scope, Among(venue_id))),
    )
    return connection.execute(query.order_by(stays.c.in_ms, stays.c.entry_id)).all()


def endings(connection: Connection, scope: Scope, venue_id: str, since_ms: int) -> dict[str, int]:
    """How the stays at a venue in scope that began since a time ended, and how many did so."""
    here = stays.c.venue_id.in_(venue_ids(scope, Among(venue_id)))
    query = select(stays.c.ending, func.count()).where(
        here, stays.c.in_ms >= since_ms, stays.c.out_ms.is_not(None)
    )
    return {str(row[0]): int(row[1]) for row in connection.execute(query.group_by(stays.c.ending))}


def of_stays(*more: ColumnElement[Any]) -> Select[tuple[object, ...]]:
    """Stays with what is told of them, and what else of each."""
    return (
        select(
            stays.c.entry_id,
            stays.c.venue_id,
            stays.c.visitor_id,
            stays.c.in_ms,
            stays.c.out_ms,
            stays.c.ending,
            stays.c.people,
            venues.c.name.label("venue_name"),
            venues.c.time_zone,
            entrances.c.name.label("entrance_name"),
            entrances.c.id.label("entrance_id"),
            visitors.c.masked_name,
            visitors.c.name_sealed,
            visitors.c.visitor_class,
            *more,
        )
        .join(venues, venues.c.id == stays.c.venue_id)
        .join(entrances, entrances.c.id == stays.c.entrance_id, isouter=True)
        .join(visitors, visitors.c.id == stays.c.visitor_id, isouter=True)
    )


def venue_ids(scope: Scope, among: Among) -> Select[tuple[str]]:
    """The ids of the venues: joined instead, SQLite would look through every stay that they ever had."""
    query = select(venues.c.id).join(enterprises, enterprises.c.id == venues.c.enterprise_id)
    return query.where(*_among(scope, among))


def _among(scope: Scope, among: Among) -> list[ColumnElement[bool]]:
    found = [enterprise_visible(scope)]
    if among.venue_id:
        found.append(venues.c.id == among.venue_id)
    if among.enterprise_id:
        found.append(enterprises.c.id == among.enterprise_id)
    if among.area_id:
        path = select(areas.c.path).where(areas.c.id == among.area_id).scalar_subquery()
        below = select(areas.c.id).where(areas.c.path.startswith(path))
        found.append(enterprises.c.area_id.in_(below))
    return found
