"""What was ever known of visitors: credentials, holds and visited areas, with when they counted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from web.db.connection import Record
from web.db.tables import credentials, holds, visited_areas, visitors


def visitor_rows(connection: Connection, visitor_ids: Sequence[str]) -> Sequence[Record]:
    """The visitors themselves: class, masked name, short number and whose they are."""
    v = visitors.c
    told = v.id, v.visitor_class, v.masked_name, v.short_number, v.enterprise_id
    return connection.execute(select(*told).where(v.id.in_(visitor_ids))).all()


def credentials_of(connection: Connection, visitor_ids: Sequence[str]) -> Sequence[Record]:
    """Every credential these visitors ever had, withdrawn ones included."""
    query = select(credentials).where(credentials.c.visitor_id.in_(visitor_ids))
    return connection.execute(query.order_by(credentials.c.created_ms, credentials.c.id)).all()


def holds_of(connection: Connection, visitor_ids: Sequence[str]) -> Sequence[Record]:
    """Every hold on these visitors that was ever confirmed, lifted ones included."""
    query = select(holds).where(holds.c.visitor_id.in_(visitor_ids), holds.c.confirmed_ms.is_not(None))
    return connection.execute(query.order_by(holds.c.proposed_ms, holds.c.id)).all()


def areas_of(connection: Connection, visitor_ids: Sequence[str]) -> Sequence[Record]:
    """Every area these visitors are known to have been in."""
    query = select(visited_areas).where(visited_areas.c.visitor_id.in_(visitor_ids))
    return connection.execute(query.order_by(visited_areas.c.at_ms, visited_areas.c.id)).all()
