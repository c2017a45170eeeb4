"""What was ever known of visitors: credentials, holds and visited areas, with when they counted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from web.db.connecting.connection import Record
from web.db.statements.prepared import Prepared, by_kind
from web.db.tables import credentials, holds, visited_areas, visitors

_V = visitors.c
_TOLD = (_V.id, _V.visitor_class, _V.masked_name, _V.short_number, _V.enterprise_id)
_VISITORS, _CREDENTIALS, _HOLDS, _AREAS = (
    Prepared(by_kind(making))
    for making in (
        lambda among: select(*_TOLD).where(among(_V.id, "ids")),
        lambda among: (
            select(credentials)
            .where(among(credentials.c.visitor_id, "ids"))
            .order_by(credentials.c.created_ms, credentials.c.id)
        ),
        lambda among: (
            select(holds)
            .where(among(holds.c.visitor_id, "ids"), holds.c.confirmed_ms.is_not(None))
            .order_by(holds.c.proposed_ms, holds.c.id)
        ),
        lambda among: (
            select(visited_areas)
            .where(among(visited_areas.c.visitor_id, "ids"))
            .order_by(visited_areas.c.at_ms, visited_areas.c.id)
        ),
    )
)


def visitor_rows(connection: Connection, visitor_ids: Sequence[str]) -> Sequence[Record]:
    """The visitors themselves: class, masked name, short number and whose they are."""
    return _VISITORS.all(connection, ids=list(visitor_ids))


def credentials_of(connection: Connection, visitor_ids: Sequence[str]) -> Sequence[Record]:
    """Every credential these visitors ever had, withdrawn ones included."""
    return _CREDENTIALS.all(connection, ids=list(visitor_ids))


def holds_of(connection: Connection, visitor_ids: Sequence[str]) -> Sequence[Record]:
    """Every hold on these visitors that was ever confirmed, lifted ones included."""
    return _HOLDS.all(connection, ids=list(visitor_ids))


def areas_of(connection: Connection, visitor_ids: Sequence[str]) -> Sequence[Record]:
    """Every area these visitors are known to have been in."""
    return _AREAS.all(connection, ids=list(visitor_ids))
