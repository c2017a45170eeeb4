"""Leases on duties that one process at a time has, over all machines: whoever dies loses them by itself.

On PostgreSQL a lease is an advisory lock of a session that does nothing else. It ends with the session: at
once when the process ends, within half a minute when its machine or network is gone. SQLite is one process,
which has every duty. A lease spares work and keeps its order; what must not happen twice is kept from it by
its own transaction besides (`web.db.connecting.turns`), for a process may not know yet that it lost a lease.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, func, select
from sqlalchemy.exc import SQLAlchemyError

# Beside the space of `web.db.connecting.turns`.
_SPACE = 0x4351
# What a server asks of a silent session before it lets go of its locks (seconds, seconds, times).
_LIVENESS = ("tcp_keepalives_idle = 10", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3")


class Leases:
    """The leases of this process, all on one connection of its own."""

    def __init__(self, url: str = "") -> None:
        """`url` is that of a PostgreSQL, or nothing where this process is the only one."""
        self._engine = _engine(url) if url else None
        self._connection: Connection | None = None
        self._held: set[str] = set()
        # Held over `has` by `held`: of two threads one gets the duty.
        self._using = threading.RLock()

    def has(self, duty: str) -> bool:
        """Whether this process has a duty now; it takes it over when nobody else has it."""
        if self._engine is None:
            return True
        with self._using:
            try:
                connection = self._connection or self._connected(self._engine)
                if duty in self._held:
                    connection.execute(select(1))
                elif connection.scalar(select(func.pg_try_advisory_lock(_SPACE, _number(duty)))):
                    self._held.add(duty)
            except SQLAlchemyError:
                self._dropped()
                raise
            return duty in self._held

    def keeps(self, duty: str) -> bool:
        """Whether this process has had a duty without a break since it took it."""
        with self._using:
            if duty not in self._held:
                return False
            try:
                return self.has(duty)
            except SQLAlchemyError:
                return False

    def let_go(self, duty: str) -> None:
        """Leave a duty to others, if this process has it."""
        with self._using:
            if duty in self._held:
                self._given_back(duty)

    @contextmanager
    def held(self, duty: str) -> Iterator[bool]:
        """Whether the block alone has a duty; it gives it back at its end. For threads of one process too."""
        if not self._begun(duty):
            yield False
            return
        try:
            yield True
        finally:
            self._given_back(duty)

    def close(self) -> None:
        """Give every lease back, and say so: the server looks after ended sessions in its own time."""
        with self._using:
            for duty in sorted(self._held):
                self._given_back(duty)
            self._dropped()
            if self._engine is not None:
                self._engine.dispose()

    def _begun(self, duty: str) -> bool:
        with self._using:
            if duty in self._held or not self.has(duty):
                return False
            self._held.add(duty)
            return True

    def _given_back(self, duty: str) -> None:
        with self._using:
            self._held.discard(duty)
            if self._connection is None:
                return
            try:
                self._connection.execute(select(func.pg_advisory_unlock(_SPACE, _number(duty))))
            except SQLAlchemyError:  # gone with its session
                self._dropped()

    def _connected(self, engine: Engine) -> Connection:
        self._connection = engine.connect()
        for setting in _LIVENESS:
            self._connection.exec_driver_sql(f"SET {setting}")
        return self._connection

    def _dropped(self) -> None:
        connection, self._connection = self._connection, None
        if self._engine is not None:
            self._held.clear()
        if connection is not None:
            connection.invalidate()
            connection.close()


def _engine(url: str) -> Engine:
    return create_engine(url, pool_size=1, max_overflow=0, isolation_level="AUTOCOMMIT", hide_parameters=True)


def _number(duty: str) -> int:
    """A duty's name as the 32 bits that PostgreSQL locks by."""
    return int.from_bytes(hashlib.sha256(duty.encode()).digest()[:4], "big", signed=True)
