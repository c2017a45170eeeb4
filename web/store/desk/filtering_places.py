"""The places that a filter names, as far as they are in scope, and the venues that it leaves to look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, FromClause, Select, false, select, true

from web.db.tables import areas, enterprises, entrances, kiosks, venues
from web.store.desk.filtering import Wanted
from web.store.scope import Scope, visible_enterprises, visible_entrances, visible_venues

# Up to so many venues are asked one by one, each by its own index; more are walked together by time.
FEW = 40


@dataclass(frozen=True, slots=True)
class Here:
    """The names of the places that a filter names, "" where it names none, and the zone of its venue."""

    area_name: str = ""
    enterprise_name: str = ""
    venue_name: str = ""
    entrance_name: str = ""
    kiosk_name: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class Among:
    """The venues to look at: these few, or (None) all that `chosen` gives; without `chosen`, every venue."""

    venue_ids: tuple[str, ...] | None
    chosen: Select[tuple[str]] | None = None


def named(
    connection: Connection,
    scope: Scope,
    *,
    area_id: str,
    enterprise_id: str,
    venue_id: str,
    entrance_id: str,
    kiosk_id: str,
) -> Here | None:
    """What these places are called; None when one of them is not in scope."""
    within = visible_enterprises(scope)
    asked: tuple[tuple[str, Select[Any]], ...] = (
        (
            area_id,
            select(areas.c.name.label("area_name")).where(areas.c.id == area_id, _area_visible(scope)),
        ),
        (
            enterprise_id,
            select(enterprises.c.name.label("enterprise_name")).where(
                enterprises.c.id == enterprise_id, enterprises.c.id.in_(within)
            ),
        ),
        (
            venue_id,
            select(venues.c.name.label("venue_name"), venues.c.time_zone).where(
                venues.c.id == venue_id, venues.c.enterprise_id.in_(within)
            ),
        ),
        (
            entrance_id,
            select(entrances.c.name.label("entrance_name"), venues.c.time_zone.label("entrance_zone"))
            .join(venues, venues.c.id == entrances.c.venue_id)
            .where(entrances.c.id == entrance_id, entrances.c.venue_id.in_(visible_venues(scope))),
        ),
        (
            kiosk_id,
            select(kiosks.c.name.label("kiosk_name")).where(
                kiosks.c.id == kiosk_id, kiosks.c.entrance_id.in_(visible_entrances(scope))
            ),
        ),
    )
    found = [query.subquery() for identity, query in asked if identity]
    if not found:
        return Here()
    # One question, whatever is named: where one of them has no row, all of them have none.
    together = reduce(lambda left, right: left.join(right, true()), found[1:], cast(FromClause, found[0]))
    row = connection.execute(select(together)).mappings().first()
    if row is None:
        return None
    told = {name: str(value) for name, value in row.items()}
    zone = told.pop("entrance_zone", "")
    return Here(**{"time_zone": zone, **told})


def among(connection: Connection, scope: Scope, wanted: Wanted) -> Among:
    """The venues in scope that the filter allows."""
    query = select(venues.c.id).where(venues.c.enterprise_id.in_(visible_enterprises(scope)))
    if wanted.venue_id:
        query = query.where(venues.c.id == wanted.venue_id)
    if wanted.entrance_id:
        at = select(entrances.c.venue_id).where(entrances.c.id == wanted.entrance_id)
        query = query.where(venues.c.id.in_(at))
    if wanted.enterprise_id:
        query = query.where(venues.c.enterprise_id == wanted.enterprise_id)
    if wanted.area_id:
        path = select(areas.c.path).where(areas.c.id == wanted.area_id).scalar_subquery()
        below = select(enterprises.c.id).join(areas, areas.c.id == enterprises.c.area_id)
        query = query.where(venues.c.enterprise_id.in_(below.where(areas.c.path.startswith(path))))
    if wanted.is_pointed:
        # Few entries, found by who it was: whether each is in scope is asked with them.
        return Among(None, query)
    few = tuple(connection.scalars(query.limit(FEW + 1)))
    if len(few) <= FEW:
        return Among(few)
    # A condition that holds for every row would only be in the planner's way.
    outside = connection.scalar(select(venues.c.id).where(venues.c.id.not_in(query)).limit(1))
    return Among(None, query if outside is not None else None)


def _area_visible(scope: Scope) -> ColumnElement[bool]:
    if scope.everything:
        return true()
    return areas.c.path.startswith(scope.area_path, autoescape=True) if scope.area_path else false()
