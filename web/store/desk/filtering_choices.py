"""Names of places in scope, short lists to choose from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, or_, select

from web.db.tables import areas, enterprises, entrances, kiosks, venues
from web.store.scope import Scope, enterprise_visible, visible_entrances, visible_venues

Named = tuple[str, str]


def areas_below(connection: Connection, scope: Scope, limit: int) -> tuple[Named, ...]:
    """The areas of the scope, each before those below it; the names of all levels in one line."""
    if not (scope.area_path or scope.everything):
        return ()
    query = select(areas.c.id, areas.c.name, areas.c.path).order_by(areas.c.path).limit(limit)
    if scope.area_path:
        query = query.where(areas.c.path.startswith(scope.area_path, autoescape=True))
    found = connection.execute(query).all()
    names = {row.id: row.name for row in found}
    lines = (
        (row.id, " / ".join(names[part] for part in row.path.split("/") if part in names)) for row in found
    )
    return tuple(sorted(lines, key=lambda line: line[1]))


def enterprises_in(connection: Connection, scope: Scope, area_id: str, limit: int) -> tuple[Named, ...]:
    """The enterprises of the scope, of an area and below it when one is given, by name."""
    query = select(enterprises.c.id, enterprises.c.name).where(enterprise_visible(scope))
    return _pairs(connection, _below(query, area_id).order_by(enterprises.c.name).limit(limit))


def venues_of(
    connection: Connection, scope: Scope, area_id: str, enterprise_id: str, chosen_id: str, limit: int
) -> tuple[Named, ...]:
    """The venues of the scope, of an enterprise or area when one is given, by name; the chosen one first."""
    query: Select[*tuple[Any, ...]] = select(venues.c.id, venues.c.name)
    query = query.join(enterprises, enterprises.c.id == venues.c.enterprise_id)
    query = _below(query.where(enterprise_visible(scope)), area_id)
    if enterprise_id:
        query = query.where(venues.c.enterprise_id == enterprise_id)
    order = ((venues.c.id != chosen_id), venues.c.name, venues.c.id)
    return _pairs(connection, query.order_by(*order).limit(limit))


def entrances_of(connection: Connection, scope: Scope, venue_id: str, chosen_id: str) -> tuple[Named, ...]:
    """The entrances of a venue in scope, and the one that is chosen."""
    if not (venue_id or chosen_id):
        return ()
    meant = or_(entrances.c.venue_id == venue_id, entrances.c.id == chosen_id)
    query = select(entrances.c.id, entrances.c.name).where(meant)
    query = query.where(entrances.c.venue_id.in_(visible_venues(scope)))
    return _pairs(connection, query.order_by(entrances.c.created_ms, entrances.c.id))


def kiosks_of(connection: Connection, scope: Scope, venue_id: str, chosen_id: str) -> tuple[Named, ...]:
    """The kiosks of a venue in scope, and the one that is chosen."""
    if not (venue_id or chosen_id):
        return ()
    here = select(entrances.c.id).where(entrances.c.venue_id == venue_id)
    query = select(kiosks.c.id, kiosks.c.name).where(
        or_(kiosks.c.entrance_id.in_(here), kiosks.c.id == chosen_id),
        kiosks.c.entrance_id.in_(visible_entrances(scope)),
    )
    return _pairs(connection, query.order_by(kiosks.c.name, kiosks.c.id))


def _below(query: Select[*tuple[Any, ...]], area_id: str) -> Select[*tuple[Any, ...]]:
    if not area_id:
        return query
    path = select(areas.c.path).where(areas.c.id == area_id).scalar_subquery()
    return query.where(enterprises.c.area_id.in_(select(areas.c.id).where(areas.c.path.startswith(path))))


def _pairs(connection: Connection, query: Select[*tuple[Any, ...]]) -> tuple[Named, ...]:
    return tuple((str(row[0]), str(row[1])) for row in connection.execute(query))
