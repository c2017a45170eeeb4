"""What is known of visitors: credentials, holds and visited areas, as they were known at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select

from web.db.connection import Record
from web.db.tables import credentials, holds, visited_areas, visitors


def visitor_rows(connection: Connection, visitor_ids: Sequence[str]) -> Sequence[Record]:
    """The visitors themselves: class, masked name and short number."""
    return connection.execute(
        select(
            visitors.c.id, visitors.c.visitor_class, visitors.c.masked_name, visitors.c.short_number
        ).where(visitors.c.id.in_(visitor_ids))
    ).all()


def credentials_at(connection: Connection, visitor_ids: Sequence[str], at_ms: int) -> Sequence[Record]:
    """Credentials that were entered by then and not withdrawn, ended ones included."""
    query = select(credentials).where(
        credentials.c.visitor_id.in_(visitor_ids),
        credentials.c.created_ms <= at_ms,
        or_(credentials.c.withdrawn_ms.is_(None), credentials.c.withdrawn_ms > at_ms),
    )
    return connection.execute(query.order_by(credentials.c.created_ms, credentials.c.id)).all()


def holds_at(connection: Connection, visitor_ids: Sequence[str], at_ms: int) -> Sequence[Record]:
    """Holds that were confirmed by then and not lifted; one that is over by itself may be among them."""
    query = select(holds).where(
        holds.c.visitor_id.in_(visitor_ids),
        holds.c.confirmed_ms <= at_ms,
        or_(holds.c.lifted_ms.is_(None), holds.c.lifted_ms > at_ms),
    )
    return connection.execute(query.order_by(holds.c.proposed_ms, holds.c.id)).all()


def areas_at(connection: Connection, visitor_ids: Sequence[str], at_ms: int) -> Sequence[Record]:
    """Areas that visitors were known by then to have been in."""
    query = select(visited_areas).where(
        visited_areas.c.visitor_id.in_(visitor_ids), visited_areas.c.created_ms <= at_ms
    )
    return connection.execute(query.order_by(visited_areas.c.at_ms, visited_areas.c.id)).all()
