"""One writer for SQLite with group commit; on PostgreSQL every call is its own transaction.

Threads that each write to SQLite wait for each other unfairly (p99 80 to 1,200 ms measured); one thread
that commits what has gathered keeps p99 near one commit.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from web.db.connecting.engine import EACH_ALONE

_T = TypeVar("_T")
_Work = Callable[[Connection], Any]
_Item = tuple[_Work, Future[Any]]
_GROUP_LIMIT = 256
_TRIES = 5
# serialization_failure, deadlock_detected, unique_violation: somebody else was at the same place.
_COLLISIONS = frozenset({"40001", "40P01", "23505"})


class Writer(Protocol):
    """Runs pieces of work in transactions; when `run` returns, the work is durable."""

    def run(self, work: Callable[[Connection], _T]) -> _T:
        """The result of `work`, committed; whatever it raises is raised here with nothing written.

        `work` may be called again after a collision with another, its first try undone.
        """

    def run_late(self, work: Callable[[Connection], _T]) -> _T:
        """As `run`, for work that says itself from where on it is one transaction (`late.begun`).

        Until then each statement may be one of its own.
        """

    def close(self) -> None:
        """Finish what was accepted and let go of the database."""


class DirectWriter:
    """A transaction a call, for a database that serves many writers well."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._late = engine, engine.execution_options(**EACH_ALONE)

    def run(self, work: Callable[[Connection], _T]) -> _T:
        """See Writer.run."""
        return _tried(lambda: _once(self._engine, work))

    def run_late(self, work: Callable[[Connection], _T]) -> _T:
        """See Writer.run_late."""
        return _tried(lambda: _once(self._late, work))

    def close(self) -> None:
        """Return the connections."""
        self._engine.dispose()


def _once(engine: Engine, work: Callable[[Connection], _T]) -> _T:
    with engine.begin() as connection:
        return work(connection)


def _tried(once: Callable[[], _T]) -> _T:
    for _ in range(_TRIES - 1):
        try:
            return once()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _COLLISIONS:
                raise
    return once()


class NoWriter:
    """For an installation that was opened to be read only."""

    def run(self, work: Callable[[Connection], _T]) -> _T:
        """See Writer.run; always RuntimeError."""
        raise RuntimeError("this installation was opened to be read only")

    def run_late(self, work: Callable[[Connection], _T]) -> _T:
        """See Writer.run_late; always RuntimeError."""
        return self.run(work)

    def close(self) -> None:
        """Nothing was opened."""


class GroupWriter:
    """One thread, one connection: gathers waiting work into one transaction, a savepoint for each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._closed = False
        self._accepting = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()

    def run(self, work: Callable[[Connection], _T]) -> _T:
        """See Writer.run."""
        future: Future[_T] = Future()
        # The end mark stays the last: what came behind it would be waited for without end.
        with self._accepting:
            if self._closed:
                raise RuntimeError("the writer is closed")
            self._waiting.put((work, future))
        return future.result()

    def run_late(self, work: Callable[[Connection], _T]) -> _T:
        """See Writer.run_late; here nothing is spared by it."""
        return self.run(work)

    def close(self) -> None:
        """Commit what was accepted, then stop."""
        with self._accepting:
            self._closed = True
            self._waiting.put(None)
        self._thread.join()
        self._engine.dispose()

    def _serve(self) -> None:
        while (first := self._waiting.get()) is not None:
            group, closing = self._gathered(first)
            self._settle(group)
            if closing:
                return

    def _gathered(self, first: _Item) -> tuple[list[_Item], bool]:
        group = [first]
        while len(group) < _GROUP_LIMIT:
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return group, True
            group.append(item)
        return group, False

    def _settle(self, group: list[_Item]) -> None:
        """Tell everybody in the group what became of their work."""
        try:
            # Taken anew for each group: returning it rolls back whatever a failed commit left open.
            with self._engine.connect() as connection, connection.begin():
                tried = _alone if len(group) == 1 else _attempted
                finished = [(future, tried(connection, work, future)) for work, future in group]
        except BaseException as error:  # disk full, database gone: nobody in this group was written
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
            return
        # Only now, when the commit is on the disk, does anybody hear of success.
        for future, result in finished:
            if not future.done():
                future.set_result(result)


def _attempted(connection: Connection, work: _Work, future: Future[Any]) -> Any:
    """The result of one piece of work in its savepoint, or None with its error told to its future."""
    driver: Any = connection.connection.driver_connection
    # Not SQLAlchemy's own: those cost as much as three statements of a check-in.
    driver.execute("SAVEPOINT work")
    try:
        result = work(connection)
        _still_open(connection)
        driver.execute("RELEASE work")
        return result
    except BaseException as error:  # whatever a caller's work raises belongs to that caller
        future.set_exception(error)
        _still_open(connection)
        driver.execute("ROLLBACK TO work")
        driver.execute("RELEASE work")
        return None


def _alone(connection: Connection, work: _Work, future: Future[Any]) -> Any:
    """The result of the only piece of work, whose failure takes the transaction with it."""
    result = work(connection)
    _still_open(connection)
    return result


def _still_open(connection: Connection) -> None:
    # On a full or failing disk SQLite takes the whole transaction back, and its driver would then
    # "commit" without a word: those who wrote before in this group must not hear of success.
    driver: Any = connection.connection.driver_connection
    if not driver.in_transaction:
        raise TransactionLostError


class TransactionLostError(SQLAlchemyError):
    """The database gave the whole transaction up, because of what another piece of work ran into."""
