"""How far kiosks confirmed the log."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, update

from web.db.connecting.connection import Record
from web.db.tables import kiosks
from web.store.scope import Scope, visible_entrances


def witnessed_ms(connection: Connection, kiosk_id: str) -> int | None:
    """When it was written down last that a kiosk confirmed the log."""
    found = connection.scalar(select(kiosks.c.witnessed_ms).where(kiosks.c.id == kiosk_id))
    return None if found is None else int(found)


def witnessed(connection: Connection, kiosk_id: str, size: int, at_ms: int) -> None:
    """Keep that a kiosk has a head of this log of a size."""
    values = {"witnessed_size": size, "witnessed_ms": at_ms}
    connection.execute(update(kiosks).where(kiosks.c.id == kiosk_id).values(values))


def witnesses(connection: Connection, scope: Scope, since_ms: int) -> Record:
    """How many `gates` in scope confirmed the log since a time, the least `size`, and the latest `at_ms`."""
    query = select(
        func.count().label("gates"),
        func.min(kiosks.c.witnessed_size).label("size"),
        func.max(kiosks.c.witnessed_ms).label("at_ms"),
    ).where(
        kiosks.c.entrance_id.in_(visible_entrances(scope)),
        kiosks.c.revoked_ms.is_(None),
        kiosks.c.witnessed_ms >= since_ms,
    )
    return connection.execute(query).one()
