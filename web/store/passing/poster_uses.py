"""From how many networks a poster is used in an hour; rows name no address and live for days only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from web.db.connecting.connection import Record
from web.db.statements.prepared import Prepared
from web.db.tables import poster_uses

_KEY = ("poster_id", "hour_ms", "network")
# The statement by kind of database, which may be a part of a larger one (`store.one_entry`).
USED = {
    name: kind.insert(poster_uses)
    .values({part: bindparam(f"use_{part}", type_=poster_uses.c[part].type) for part in _KEY} | {"uses": 1})
    .on_conflict_do_update(index_elements=_KEY, set_={"uses": poster_uses.c.uses + 1})
    .returning(poster_uses.c.uses)
    for name, kind in (("sqlite", sqlite), ("postgresql", postgresql))
}
_USED = Prepared(USED)


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a poster (its id in hex) within an hour, from a network by its digest."""

    poster_id: str
    hour_ms: int
    network: bytes


def values_of(use: Use) -> dict[str, object]:
    """What `USED` has to be given."""
    return {"use_poster_id": use.poster_id, "use_hour_ms": use.hour_ms, "use_network": use.network}


def used(connection: Connection, use: Use) -> int:
    """Count one use; how often this network has used the poster in this hour."""
    row = _USED.first(connection, **values_of(use))
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
