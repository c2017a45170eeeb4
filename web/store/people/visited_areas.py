"""Areas that visitors were in, as they said or staff noted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from web.db.connecting.connection import Record
from web.db.tables import visited_areas, visitors
from web.store.scope import Scope, visible_enterprises


def added(connection: Connection, **values: object) -> None:
    """Keep where somebody was."""
    connection.execute(insert(visited_areas).values(**values))


def rows(connection: Connection, scope: Scope, visitor_id: str) -> Sequence[Record]:
    """Where one visitor in scope was, the latest first."""
    query = (
        select(visited_areas)
        .join(visitors, visitors.c.id == visited_areas.c.visitor_id)
        .where(
            visited_areas.c.visitor_id == visitor_id,
            visitors.c.enterprise_id.in_(visible_enterprises(scope)),
        )
        .order_by(visited_areas.c.at_ms.desc(), visited_areas.c.id)
    )
    return connection.execute(query).all()


def removed(connection: Connection, visitor_id: str, area_id: str) -> bool:
    """Take out what was noted by mistake; whether it was there."""
    gone = delete(visited_areas).where(
        visited_areas.c.id == area_id, visited_areas.c.visitor_id == visitor_id
    )
    return connection.execute(gone).rowcount == 1
