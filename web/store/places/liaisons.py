"""Liaisons: people of the authority who look after enterprises; name and phone are sealed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, delete, false, insert, select, true, update

from web.db.connecting.connection import Record
from web.db.tables import areas, enterprises, liaisons
from web.store.scope import Scope, enterprise_visible


def place(column: str, identity: str) -> str:
    """What a sealed field is bound to."""
    return f"liaisons|{column}|{identity}"


def added(connection: Connection, **values: object) -> None:
    """Keep a new liaison."""
    connection.execute(insert(liaisons).values(**values))


def rows(connection: Connection, scope: Scope) -> Sequence[Record]:
    """The liaisons at home in the scope's subtree, with their area, the earliest first."""
    query = _all().where(_visible(scope)).order_by(areas.c.path, liaisons.c.created_ms, liaisons.c.id)
    return connection.execute(query).all()


def row(connection: Connection, scope: Scope, liaison_id: str) -> Record | None:
    """One liaison at home in the scope's subtree."""
    return connection.execute(_all().where(_visible(scope), liaisons.c.id == liaison_id)).first()


def of_enterprise(connection: Connection, scope: Scope, enterprise_id: str) -> Record | None:
    """The liaison of an enterprise in scope, wherever at home: an enterprise may know who looks after it."""
    query = _all().join(enterprises, enterprises.c.liaison_id == liaisons.c.id)
    return connection.execute(
        query.where(enterprises.c.id == enterprise_id, enterprise_visible(scope))
    ).first()


def with_digest(connection: Connection, scope: Scope, digest: bytes) -> str | None:
    """The id of the liaison in scope with this name and phone."""
    query = select(liaisons.c.id).join(areas, areas.c.id == liaisons.c.area_id)
    return connection.scalar(query.where(_visible(scope), liaisons.c.digest == digest).limit(1))


def changed(connection: Connection, liaison_id: str, **values: object) -> None:
    """Change a liaison."""
    connection.execute(update(liaisons).where(liaisons.c.id == liaison_id).values(**values))


def removed(connection: Connection, liaison_id: str) -> None:
    """Forget a liaison; the enterprises have none then."""
    held = enterprises.c.liaison_id == liaison_id
    connection.execute(update(enterprises).where(held).values(liaison_id=None))
    connection.execute(delete(liaisons).where(liaisons.c.id == liaison_id))


def enterprise_names(connection: Connection, scope: Scope) -> Sequence[Record]:
    """Every enterprise in scope by name, with its liaison, area and the area's path."""
    query = select(
        enterprises.c.id,
        enterprises.c.name,
        enterprises.c.liaison_id,
        areas.c.name.label("area_name"),
        areas.c.path,
    )
    query = query.join(areas, areas.c.id == enterprises.c.area_id).where(enterprise_visible(scope))
    return connection.execute(query.order_by(enterprises.c.name, enterprises.c.id)).all()


def assigned(connection: Connection, enterprise_ids: Sequence[str], liaison_id: str | None) -> None:
    """Put enterprises into somebody's hands, or into nobody's."""
    wanted = enterprises.c.id.in_(enterprise_ids)
    connection.execute(update(enterprises).where(wanted).values(liaison_id=liaison_id))


def _all() -> Select[tuple[object, ...]]:
    query = select(liaisons, areas.c.name.label("area_name"), areas.c.path)
    return query.join(areas, areas.c.id == liaisons.c.area_id)


def _visible(scope: Scope) -> ColumnElement[bool]:
    if scope.everything:
        return true()
    return areas.c.path.startswith(scope.area_path, autoescape=True) if scope.area_path else false()
