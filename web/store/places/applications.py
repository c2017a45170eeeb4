"""Venues that wait for review, and when the posters of a venue were first used."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, func, or_, select

from domain.entry import Way
from domain.venue import PosterState, VenueState
from web.db.connecting.connection import Record
from web.db.tables import areas, enterprises, entrances, entries, posters, venues
from web.store.scope import Scope, enterprise_visible


def rows(connection: Connection, scope: Scope) -> Sequence[Record]:
    """The venues in scope that are applied for, with their enterprise and area, the longest waiting first."""
    doors = select(func.count()).where(entrances.c.venue_id == venues.c.id).scalar_subquery()
    query = select(
        venues,
        enterprises.c.name.label("enterprise_name"),
        areas.c.name.label("area_name"),
        doors.label("entrances"),
    )
    query = query.join(enterprises, enterprises.c.id == venues.c.enterprise_id)
    query = query.join(areas, areas.c.id == enterprises.c.area_id)
    query = query.where(enterprise_visible(scope), venues.c.state == VenueState.APPLIED)
    return connection.execute(query.order_by(venues.c.applied_ms, venues.c.id)).all()


def unprinted(connection: Connection, scope: Scope) -> Sequence[Record]:
    """The posters (`venue_id`, `id`) that nobody printed yet of approved venues in scope, oldest first."""
    query = select(entrances.c.venue_id, posters.c.id)
    query = query.join(entrances, entrances.c.id == posters.c.entrance_id)
    query = query.join(venues, venues.c.id == entrances.c.venue_id)
    query = query.join(enterprises, enterprises.c.id == venues.c.enterprise_id)
    query = query.where(
        enterprise_visible(scope),
        venues.c.state == VenueState.APPROVED,
        posters.c.state == PosterState.ISSUED,
    )
    return connection.execute(query.order_by(posters.c.serial)).all()


def first_uses(connection: Connection, venue_id: str) -> dict[str, int]:
    """When somebody first came in by each poster of a venue, by the poster's id."""
    while_it_counted = and_(
        entries.c.venue_id == venue_id,
        entries.c.entrance_id == posters.c.entrance_id,
        entries.c.way == Way.POSTER,
        entries.c.true_ms >= posters.c.issued_ms,
        or_(posters.c.revoked_ms.is_(None), entries.c.true_ms < posters.c.revoked_ms),
    )
    query = select(posters.c.id, func.min(entries.c.true_ms)).join(entries, while_it_counted)
    return {row[0]: int(row[1]) for row in connection.execute(query.group_by(posters.c.id))}
