"""The codes at the doors of one enterprise, and the last day on which each door's code was used."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, func, select

from domain.entry import Way
from domain.venue import PosterState
from web.db.connecting.connection import Record
from web.db.tables import entrances, hour_counts, posters, venues
from web.store.scope import Scope, visible_enterprises


def rows(connection: Connection, scope: Scope, enterprise_id: str) -> Sequence[Record]:
    """Doors of an enterprise in scope with the newest code that counts there, `issued_ms` None without one.

    `last_day` is the last local day (days since 1970-01-01) on which somebody used a code at the door.
    """
    newest = (
        select(posters.c.entrance_id, func.max(posters.c.serial).label("serial"))
        .where(posters.c.state != PosterState.REVOKED)
        .group_by(posters.c.entrance_id)
        .subquery()
    )
    used = (
        select(hour_counts.c.entrance_id, func.max(hour_counts.c.local_day).label("last_day"))
        .join(venues, venues.c.id == hour_counts.c.venue_id)
        .where(venues.c.enterprise_id == enterprise_id, hour_counts.c.way == Way.POSTER)
        .group_by(hour_counts.c.entrance_id)
        .subquery()
    )
    query = (
        select(
            entrances.c.id,
            entrances.c.name,
            venues.c.id.label("venue_id"),
            venues.c.name.label("venue_name"),
            venues.c.state.label("venue_state"),
            venues.c.time_zone,
            posters.c.id.label("poster_id"),
            posters.c.state,
            posters.c.issued_ms,
            used.c.last_day,
        )
        .join(venues, venues.c.id == entrances.c.venue_id)
        .join(newest, newest.c.entrance_id == entrances.c.id, isouter=True)
        .join(
            posters,
            and_(posters.c.entrance_id == entrances.c.id, posters.c.serial == newest.c.serial),
            isouter=True,
        )
        .join(used, used.c.entrance_id == entrances.c.id, isouter=True)
        .where(
            venues.c.enterprise_id == enterprise_id, venues.c.enterprise_id.in_(visible_enterprises(scope))
        )
        .order_by(venues.c.name, entrances.c.created_ms, entrances.c.id)
    )
    return connection.execute(query).all()
