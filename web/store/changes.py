"""The stream of changes to what gates know of visitors: each visitor stands where they last changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, insert, select, update

from web.db.tables import areas, enterprises, forgotten_visitors, visitors
from web.store import counters


def touched(connection: Connection, visitor_ids: Sequence[str]) -> None:
    """Let gates hear anew of these visitors, in the same transaction as the change itself.

    To be called whenever class, name, codes, credentials, holds or areas of a visitor change. Raising the
    counter locks it until the transaction ends: places in the stream become visible in their order, and a
    gate that asks for what came after one place misses none.
    """
    ids = list(dict.fromkeys(visitor_ids))
    if not ids:
        return
    first = _places(connection, len(ids))
    connection.execute(
        update(visitors).where(visitors.c.id == bindparam("changed")).values(facts_seq=bindparam("place")),
        [{"changed": identity, "place": first + at} for at, identity in enumerate(ids)],
    )


def buried(connection: Connection, visitor_ids: Sequence[str], now_ms: int) -> None:
    """Let gates forget these visitors too; to be called before their rows are deleted."""
    query = (
        select(visitors.c.id, areas.c.path)
        .join(enterprises, enterprises.c.id == visitors.c.enterprise_id)
        .join(areas, areas.c.id == enterprises.c.area_id)
        .where(visitors.c.id.in_(visitor_ids))
        .order_by(visitors.c.id)
    )
    rows = connection.execute(query).all()
    if not rows:
        return
    first = _places(connection, len(rows))
    connection.execute(
        insert(forgotten_visitors),
        [
            {"visitor_id": row.id, "area_path": row.path, "facts_seq": first + at, "forgotten_ms": now_ms}
            for at, row in enumerate(rows)
        ],
    )


def _places(connection: Connection, count: int) -> int:
    """The first of `count` new places in the stream."""
    counters.raised(connection, counters.BUNDLE)  # which still carries all visitors
    return counters.raised(connection, counters.FACTS, by=count) - count + 1
