"""Whose data a query may see: an argument of every query, turned into SQL in one place."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, select, true

from web.db.tables import areas, enterprises, entrances, venues


@dataclass(frozen=True, slots=True)
class Scope:
    """A subtree of areas, or one enterprise, or (for the program itself) everything; else nothing."""

    area_path: str = ""
    enterprise_id: str = ""
    everything: bool = False


# For work the program does on nobody's behalf: bundles, sequencing, a poster named by its secret id.
PROGRAM = Scope(everything=True)


def enterprise_visible(scope: Scope) -> ColumnElement[bool]:
    """The condition on `enterprises` rows."""
    if scope.everything:
        return true()
    if scope.area_path:
        below = select(areas.c.id).where(areas.c.path.startswith(scope.area_path, autoescape=True))
        return enterprises.c.area_id.in_(below)
    if scope.enterprise_id:
        return enterprises.c.id == scope.enterprise_id
    return false()


def visible_enterprises(scope: Scope) -> Select[tuple[str]]:
    """The ids of the enterprises in scope."""
    return select(enterprises.c.id).where(enterprise_visible(scope))


def visible_venues(scope: Scope) -> Select[tuple[str]]:
    """The ids of the venues in scope."""
    return select(venues.c.id).where(venues.c.enterprise_id.in_(visible_enterprises(scope)))


def visible_entrances(scope: Scope) -> Select[tuple[str]]:
    """The ids of the entrances in scope."""
    return select(entrances.c.id).where(entrances.c.venue_id.in_(visible_venues(scope)))
