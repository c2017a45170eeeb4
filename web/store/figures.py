"""Figures as they are kept: per venue and day, per hour, and how often something took how long."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from web.db.connection import Record
from web.db.tables import venue_days
from web.store.scope import Scope, visible_venues


def days(
    connection: Connection, scope: Scope, from_day: int, until_day: int, venue_id: str = ""
) -> Sequence[Record]:
    """The sums of venues in scope for local days `from_day` ≤ day < `until_day`, one row a venue and day."""
    query = select(venue_days).where(
        venue_days.c.local_day >= from_day,
        venue_days.c.local_day < until_day,
        venue_days.c.venue_id.in_(visible_venues(scope)),
    )
    if venue_id:
        query = query.where(venue_days.c.venue_id == venue_id)
    return connection.execute(query.order_by(venue_days.c.local_day, venue_days.c.venue_id)).all()
