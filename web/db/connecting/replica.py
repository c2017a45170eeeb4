"""A second PostgreSQL that replays the first one's journal, read where a page may be a little old.

How old it is is measured by the journal and not by clocks: each second at most the primary is asked how long
its journal is, and the replica how much of it was replayed. Whatever was in the journal at one of those
moments and is replayed by now is as old as that moment at most; so an idle primary is never taken for a slow
replica, and a replica whose clock is wrong for none at all. Between two moments the time of the last commit
that was replayed says more; it is the primary's own.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from domain.errors import InputError
from web.db.connecting.engine import ONE_MOMENT, asking, of_server, planned_for_pages
from web.db.connecting.looking import Age, Looking, Mark, Standing

_T = TypeVar("_T")
_FRESH_MS: Final = 1_000
# How long a replica that did not answer is left alone: each try may take as long as a connection does.
_LEFT_ALONE_MS: Final = 5_000
_MOMENTS: Final = 900
_GLANCE_S: Final = 0.1
# Figures are drawn from entries within a second or two of them: who saved one is to see those as well.
_DRAWN_MS: Final = 3_000
_LONG_MS: Final = 3_600_000
_WAIT: Final[dict[str, Any]] = {"connect_timeout": 2, "tcp_user_timeout": 5_000, "keepalives_idle": 5}
# Of what is written: what an idle primary inserted last may be told as lying behind the head of a page that
# nothing is on yet, which no replica reaches. Marks ask for it all the same: with synchronous_commit off what
# was just saved may not be written yet.
_PRIMARY: Final = text(
    "SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint AS lsn,"
    " (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint AS inserted,"
    " (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS at_ms,"
    " (SELECT system_identifier FROM pg_control_system()) AS cluster"
)
_REPLICA: Final = text(
    "SELECT pg_is_in_recovery() AS follows,"
    " (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint AS lsn,"
    " (extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000)::bigint AS at_ms,"
    " (SELECT system_identifier FROM pg_control_system()) AS cluster"
)


class ReplicaFailedError(Exception):
    """The replica did not answer a question; the primary can."""


class Replica:
    """One replica of `primary`, asked while it is at most `limit_ms` behind; `now_ms` is the site's clock."""

    def __init__(self, url: str, primary: Engine, limit_ms: int, now_ms: Callable[[], int]) -> None:
        self.url, self.limit_ms, self.drawn_ms = url, limit_ms, _DRAWN_MS
        self._primary, self._now_ms = asking(primary), now_ms
        self._engine = _engine(url)
        self._measuring = threading.Lock()
        self._moments: deque[Mark] = deque(maxlen=_MOMENTS)
        self._age: Age | None = None

    def close(self) -> None:
        """Return the connections."""
        self._engine.dispose()

    def mark(self) -> Mark:
        """Where the primary is now: what was committed before lies before it."""
        with self._primary.begin() as connection:
            row = connection.execute(_PRIMARY).one()
        return Mark(int(row.inserted), int(row.at_ms))

    def age(self, *, fresh_ms: int = _FRESH_MS) -> Age:
        """How it stands, measured `fresh_ms` ago at most, unless another thread is just measuring."""
        known, now_ms = self._age, self._now_ms()
        if known is not None:
            good_ms = _LEFT_ALONE_MS if known.standing is Standing.AWAY else fresh_ms
            if abs(now_ms - known.measured_ms) < good_ms:
                return known
        # A replica that hangs holds up the one request that finds out, and no other.
        if not self._measuring.acquire(blocking=known is None):
            assert known is not None
            return known
        try:
            self._age = self._measured()
            return self._age
        finally:
            self._measuring.release()

    def usable(self, look: Looking) -> Age | None:
        """Its age when it may answer; else None, and `look` knows why."""
        age = self.age()
        if not self._reaches(age, look.least):
            age = self.age(fresh_ms=0)
        standing = self._standing(age)
        if standing is not Standing.FOLLOWS:
            look.give_up(standing)
            return None
        if not self._reaches(age, look.least):
            look.give_up(None)
            return None
        return age

    def read(self, work: Callable[[Connection], _T]) -> _T:
        """The result of queries on it; ReplicaFailedError when it does not answer them.

        That can be a connection that broke, a query that stood in the way of what it replays (40001), or a
        schema that is just being changed.
        """
        try:
            with self._engine.begin() as connection:
                return work(connection)
        except SQLAlchemyError as error:
            if not isinstance(error, DBAPIError) or error.connection_invalidated:
                self._age = Age(Standing.AWAY, self._now_ms())
            raise ReplicaFailedError from error

    def standing(self) -> tuple[Standing, int]:
        """Whether it is asked now, and how many milliseconds it is behind."""
        age = self.age()
        return self._standing(age), age.behind_at(self._now_ms())

    def caught_up(self, most_s: float) -> bool:
        """Wait until it has everything that is on the primary now; whether it has, `most_s` later at most."""
        try:
            least = self.mark()
        except SQLAlchemyError:
            return False
        for _ in range(max(1, round(most_s / _GLANCE_S))):
            age = self.age(fresh_ms=0)
            if age.standing is Standing.FOLLOWS and age.reached.lsn >= least.lsn:
                return True
            time.sleep(_GLANCE_S)
        return False

    def _standing(self, age: Age) -> Standing:
        is_late = age.behind_at(self._now_ms()) > self.limit_ms
        return Standing.BEHIND if age.standing is Standing.FOLLOWS and is_late else age.standing

    def _measured(self) -> Age:
        now_ms = self._now_ms()
        with self._primary.begin() as connection:
            here = connection.execute(_PRIMARY).one()
        try:
            with asking(self._engine).begin() as connection:
                there = connection.execute(_REPLICA).one()
        except SQLAlchemyError:
            return Age(Standing.AWAY, self._now_ms())
        if not there.follows or there.cluster != here.cluster:
            return Age(Standing.STRANGE, now_ms)
        self._moments.append(Mark(int(here.lsn), int(here.at_ms)))
        reached = self._reached(int(there.lsn), int(there.at_ms or 0))
        return Age(Standing.FOLLOWS, now_ms, max(0, int(here.at_ms) - reached.at_ms), reached)

    def _reached(self, lsn: int, committed_ms: int) -> Mark:
        """Until when everything is replayed, by the moments or by the last commit, whichever is later."""
        # Those of a primary that was restored lie ahead of what it writes now: none of them is found.
        moments = (moment.at_ms for moment in reversed(self._moments) if moment.lsn <= lsn)
        return Mark(lsn, max(next(moments, 0), committed_ms))

    def _reaches(self, age: Age, least: Mark | None) -> bool:
        # Places of a primary that was put back from a backup are not comparable; an hour later is later.
        if least is None or age.reached.at_ms >= least.at_ms + _LONG_MS:
            return True
        return age.reached.lsn >= least.lsn and age.reached.at_ms >= least.at_ms + self.drawn_ms


def _engine(url: str) -> Engine:
    try:
        engine = of_server(
            url, connecting=_WAIT, pool_size=8, max_overflow=24, pool_timeout=2, pool_pre_ping=True
        )
    except (ArgumentError, ValueError):
        # Not a word of the URL itself: it may hold a password.
        raise InputError(
            "DATABASE_REPLICA_URL",
            "DATABASE_REPLICA_URL cannot be used. Write postgresql://user@host:5432/name.",
            "DATABASE_REPLICA_URL 无法使用，请写成 postgresql://用户@主机:5432/库名。",
        ) from None
    event.listen(engine, "connect", planned_for_pages)
    return engine.execution_options(**ONE_MOMENT)
