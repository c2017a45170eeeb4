"""From how many networks a poster is used in an hour; rows name no address and live for days only."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from web.db.connection import Record
from web.db.prepared import Prepared
from web.db.tables import poster_uses

_KEY = ("poster_id", "hour_ms", "network")
_USED = Prepared(
    {
        name: kind.insert(poster_uses)
        .on_conflict_do_update(index_elements=_KEY, set_={"uses": poster_uses.c.uses + 1})
        .returning(poster_uses.c.uses)
        for name, kind in (("sqlite", sqlite), ("postgresql", postgresql))
    },
    (*_KEY, "uses"),
)


def used(connection: Connection, poster_id: str, hour_ms: int, network: bytes) -> int:
    """Count one use; how often this network has used the poster in this hour."""
    row = _USED.first(connection, poster_id=poster_id, hour_ms=hour_ms, network=network, uses=1)
    assert row is not None, "an insertion or a change returns its row"
    return int(row.uses)


def within(connection: Connection, poster_id: str, from_ms: int) -> Record:
    """`networks` and `uses` of a poster since the beginning of an hour."""
    query = select(
        func.count(poster_uses.c.network.distinct()).label("networks"),
        func.coalesce(func.sum(poster_uses.c.uses), 0).label("uses"),
    ).where(poster_uses.c.poster_id == poster_id, poster_uses.c.hour_ms >= from_ms)
    return connection.execute(query).one()


def usual(connection: Connection, poster_id: str, before_ms: int) -> Record:
    """The most `networks` and `uses` in any one hour before a time, and the first of them (`first_ms`)."""
    by_hour = (
        select(
            poster_uses.c.hour_ms,
            func.count().label("networks"),
            func.sum(poster_uses.c.uses).label("uses"),
        )
        .where(poster_uses.c.poster_id == poster_id, poster_uses.c.hour_ms < before_ms)
        .group_by(poster_uses.c.hour_ms)
        .subquery()
    )
    return connection.execute(
        select(
            func.coalesce(func.max(by_hour.c.networks), 0).label("networks"),
            func.coalesce(func.max(by_hour.c.uses), 0).label("uses"),
            func.min(by_hour.c.hour_ms).label("first_ms"),
        )
    ).one()


def forgotten(connection: Connection, before_ms: int) -> int:
    """Forget the hours before a time; how many rows."""
    return connection.execute(delete(poster_uses).where(poster_uses.c.hour_ms < before_ms)).rowcount
