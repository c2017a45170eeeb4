"""The tree of areas: what is in and below each, and what keeps one from being removed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from web.db.connecting.connection import Record
from web.db.tables import areas, enterprises, grants, liaisons, venues
from web.store.scope import Scope


def rows(connection: Connection, scope: Scope) -> Sequence[Record]:
    """The areas whose whole subtree is in scope, with how many enterprises and venues are of each itself."""
    own = (
        select(func.count())
        .where(enterprises.c.area_id == areas.c.id)
        .correlate(areas)
        .scalar_subquery()
        .label("enterprises")
    )
    there = (
        select(func.count())
        .select_from(venues.join(enterprises, enterprises.c.id == venues.c.enterprise_id))
        .where(enterprises.c.area_id == areas.c.id)
        .correlate(areas)
        .scalar_subquery()
        .label("venues")
    )
    query = select(areas, own, there).order_by(areas.c.path)
    if scope.area_path:
        query = query.where(areas.c.path.startswith(scope.area_path, autoescape=True))
    elif not scope.everything:
        return ()
    return connection.execute(query).all()


def row(connection: Connection, scope: Scope, area_id: str) -> Record | None:
    """One area whose whole subtree is in scope."""
    query = select(areas).where(areas.c.id == area_id)
    if scope.area_path:
        query = query.where(areas.c.path.startswith(scope.area_path, autoescape=True))
    elif not scope.everything:
        return None
    return connection.execute(query).first()


def siblings(connection: Connection, parent_id: str | None) -> Sequence[Record]:
    """The areas right below one, or the topmost ones."""
    below = areas.c.parent_id == parent_id if parent_id else areas.c.parent_id.is_(None)
    return connection.execute(select(areas.c.id, areas.c.name).where(below)).all()


def renamed(connection: Connection, area_id: str, name: str) -> None:
    """Give an area another name; ids and paths stay, so that nothing else changes."""
    connection.execute(update(areas).where(areas.c.id == area_id).values(name=name))


def is_used(connection: Connection, area: Record) -> bool:
    """Whether something stands in an area or below it: areas, enterprises, liaisons or accounts."""
    uses = (
        select(areas.c.id).where(areas.c.parent_id == area.id),
        select(enterprises.c.id).where(enterprises.c.area_id == area.id),
        select(liaisons.c.id).where(liaisons.c.area_id == area.id),
        select(grants.c.id).where(grants.c.area_path == area.path),
    )
    return any(connection.execute(query.limit(1)).first() for query in uses)


def removed(connection: Connection, area_id: str) -> None:
    """Take an area away that nothing stands in."""
    connection.execute(delete(areas).where(areas.c.id == area_id))


def is_near(path: ColumnElement[str], area_path: str) -> ColumnElement[bool]:
    """Whether an area is this one, below it, or one it is part of."""
    steps = area_path.strip("/").split("/")
    above = ["/" + "/".join(steps[:count]) + "/" for count in range(1, len(steps))]
    return or_(path.startswith(area_path, autoescape=True), path.in_(above))
