"""One at a time, over all threads and processes: what must not happen twice at once waits for its turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from sqlalchemy import (
    BigInteger,
    Connection,
    FromClause,
    Integer,
    SmallInteger,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import OID

from web.db.statements.prepared import Prepared

# So that our locks are nobody else's, should the database server be shared.
_SPACE = 0x4350


_SHARED = Prepared(select(func.pg_advisory_xact_lock_shared(_SPACE, bindparam("turn", type_=Integer))))
_ALONE = Prepared(select(func.pg_advisory_xact_lock(bindparam("what", type_=BigInteger))))
_LOCKS = table("pg_locks", *map(column, ("locktype", "classid", "objid", "objsubid", "virtualtransaction")))
_SHARING = Prepared(
    select(_LOCKS.c.virtualtransaction).where(
        _LOCKS.c.locktype == "advisory",
        # Two numbers of 32 bits, and not one of 64.
        _LOCKS.c.objsubid == literal(2, SmallInteger),
        _LOCKS.c.classid == cast(literal(_SPACE, Integer), OID),
        _LOCKS.c.objid == cast(bindparam("turn", type_=Integer), OID),
    )
)


class Turn(IntEnum):
    """What is done by one transaction at a time."""

    MIGRATING = 1
    MAKING_KEYS = 2
    APPENDING = 3
    SEQUENCING = 4
    FOUNDING = 5
    PROJECTING = 6


def taken(connection: Connection, turn: Turn) -> None:
    """Wait for the turn; it is held until the transaction ends. SQLite has one writer in any case."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_SPACE, int(turn))))


def shared(connection: Connection, turn: Turn) -> None:
    """Do it together with others until the transaction ends; whoever wants the turn waits for all."""
    if connection.dialect.name == "postgresql":
        _SHARED.first(connection, turn=int(turn))


def once_shared(turn: Turn) -> FromClause:
    """What to select from, on PostgreSQL: one row, there once the turn is held as by `shared`."""
    return func.pg_advisory_xact_lock_shared(literal(_SPACE, Integer), literal(int(turn), Integer)).alias(
        "turn"
    )


@contextmanager
def held_beside(connection: Connection, turn: Turn) -> Iterator[None]:
    """Keep a turn on a PostgreSQL over several transactions, from those too that want it for one."""
    connection.execute(select(func.pg_advisory_lock(_SPACE, int(turn))))
    try:
        yield
    finally:
        connection.execute(select(func.pg_advisory_unlock(_SPACE, int(turn))))


def alone_with(connection: Connection, what: bytes) -> None:
    """Wait until nobody else is at the same thing, named by a digest; held until the transaction ends."""
    if connection.dialect.name == "postgresql":
        _ALONE.first(connection, what=int.from_bytes(what[:8], "big", signed=True))


def sharing(connection: Connection, turn: Turn) -> frozenset[str]:
    """The transactions that do something together now, by names that no later one has."""
    if connection.dialect.name != "postgresql":
        return frozenset()
    return frozenset(row.virtualtransaction for row in _SHARING.all(connection, turn=int(turn)))
