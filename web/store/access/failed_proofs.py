"""Proofs that failed, counted in lanes: a lane is what was to be proved, and from where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, and_, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from web.db.connecting.connection import Record
from web.db.tables import failed_proofs


def held(connection: Connection, lanes: Mapping[bytes, str], now_ms: int) -> Sequence[Record]:
    """The rows of these lanes (and whose each is), made where there were none.

    Others who want one of them wait until this is committed.
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    fresh = {"failures": 0, "untold": 0, "untold_ms": now_ms, "last_ms": now_ms, "open_ms": 0}
    # Always in the same order: two who hold each other's next row would wait for ever.
    rows = [{"lane": lane, "account_id": lanes[lane], **fresh} for lane in sorted(lanes)]
    connection.execute(insert(failed_proofs).values(rows).on_conflict_do_nothing())
    query = select(failed_proofs).where(failed_proofs.c.lane.in_(lanes)).order_by(failed_proofs.c.lane)
    return connection.execute(query.with_for_update()).all()


def changed(connection: Connection, lane: bytes, **values: object) -> None:
    """Change what is known of a lane."""
    connection.execute(update(failed_proofs).where(failed_proofs.c.lane == lane).values(**values))


def untold(connection: Connection, account_id: str) -> Record:
    """`failures` that an account's owner was not told of, and the time of the `first_ms`."""
    query = select(
        func.coalesce(func.sum(failed_proofs.c.untold), 0).label("failures"),
        func.min(failed_proofs.c.untold_ms).label("first_ms"),
    ).where(failed_proofs.c.account_id == account_id, failed_proofs.c.untold > 0)
    return connection.execute(query).one()


def told(connection: Connection, account_id: str) -> None:
    """Note that the account's owner was told of all."""
    connection.execute(update(failed_proofs).where(failed_proofs.c.account_id == account_id).values(untold=0))


def forgotten(connection: Connection, before_ms: int, untold_before_ms: int) -> int:
    """Delete lanes that nobody tried since a time, and later those that somebody is still to be told of."""
    quiet = and_(failed_proofs.c.last_ms < before_ms, failed_proofs.c.untold == 0)
    nobodys = and_(failed_proofs.c.last_ms < before_ms, failed_proofs.c.account_id == "")
    old = failed_proofs.c.last_ms < untold_before_ms
    return connection.execute(delete(failed_proofs).where(quiet | nobodys | old)).rowcount
