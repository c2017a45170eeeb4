"""One at a time, over all threads and processes: what must not happen twice at once waits for its turn."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import Connection, func, select

# So that our locks are nobody else's, should the database server be shared.
_SPACE = 0x4350


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
