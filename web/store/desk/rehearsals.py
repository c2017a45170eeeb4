"""What a rehearsal of a trace needs: lively places, top areas, and when the last one was."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from web.db.connecting.connection import Record
from web.db.tables import areas, entrances, traces, venue_days
from web.store.scope import Scope, visible_venues


def lively(connection: Connection, scope: Scope, since_day: int, limit: int) -> Sequence[Record]:
    """The venues in scope with the most entries since a day (of days since 1970), each with one entrance."""
    door = select(func.min(entrances.c.id)).where(entrances.c.venue_id == venue_days.c.venue_id)
    query = (
        select(venue_days.c.venue_id.label("id"), door.scalar_subquery().label("entrance_id"))
        .where(venue_days.c.local_day >= since_day, venue_days.c.venue_id.in_(visible_venues(scope)))
        .group_by(venue_days.c.venue_id)
        .order_by(func.sum(venue_days.c.entries).desc(), venue_days.c.venue_id)
    )
    return connection.execute(query.limit(limit)).all()


def top_areas(connection: Connection) -> list[str]:
    """The paths of the areas that lie in no other."""
    return list(connection.scalars(select(areas.c.path).where(areas.c.parent_id.is_(None))))


def since(connection: Connection, mode: str, since_ms: int) -> Sequence[Record]:
    """What traces of a mode counted that were made since a time."""
    return connection.execute(
        select(traces.c.figures).where(traces.c.mode == mode, traces.c.made_ms >= since_ms)
    ).all()
