"""Writers on PostgreSQL: who collides with another is tried again, and a fault that stays is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from tests.web.db.notes import together
from web.db.connecting.engine import open_engine
from web.db.connecting.writer import DirectWriter


@pytest.fixture
def direct(emptied_postgres: str) -> Iterator[DirectWriter]:
    made = DirectWriter(open_engine(emptied_postgres))
    yield made
    made.close()


def counted(name: str, meet: threading.Barrier | None = None) -> Callable[[Connection], int]:
    """Raise a counter that may not be there yet, having looked together with somebody else the first time."""
    tries: list[int] = []

    def work(connection: Connection) -> int:
        known = connection.scalar(text("SELECT value FROM counters WHERE name = :name"), {"name": name})
        tries.append(known or 0)
        if meet is not None and len(tries) == 1:
            meet.wait(60)
        value = (known or 0) + 1
        write = "UPDATE counters SET value = :value WHERE name = :name"
        if known is None:
            write = "INSERT INTO counters (name, value) VALUES (:name, :value)"
        connection.execute(text(write), {"name": name, "value": value})
        return value

    return work


def test_who_collides_with_another_is_tried_again(direct: DirectWriter):
    meet = threading.Barrier(2)
    answers = together(direct, counted("one", meet), counted("one", meet))
    assert sorted(answers) == [1, 2]


def test_a_deadlock_ends_with_both_done(direct: DirectWriter):
    for name in ("a", "b"):
        direct.run(counted(name))
    meet = threading.Barrier(2)

    def crosswise(first: str, second: str) -> Callable[[Connection], None]:
        tries: list[str] = []

        def work(connection: Connection) -> None:
            raising = text("UPDATE counters SET value = value + 1 WHERE name = :name")
            connection.execute(raising, {"name": first})
            tries.append(first)
            if len(tries) == 1:
                meet.wait(60)
            connection.execute(raising, {"name": second})

        return work

    assert together(direct, crosswise("a", "b"), crosswise("b", "a")) == [None, None]
    values = direct.run(lambda c: list(c.scalars(text("SELECT value FROM counters ORDER BY name"))))
    assert values == [3, 3]


def test_a_fault_that_stays_is_told_and_leaves_nothing(direct: DirectWriter):
    tries: list[int] = []

    def twice(connection: Connection) -> None:
        tries.append(1)
        for _ in range(2):
            connection.execute(text("INSERT INTO counters (name, value) VALUES ('same', 1)"))

    with pytest.raises(IntegrityError):
        direct.run(twice)
    assert 1 < len(tries) < 10
    assert direct.run(lambda c: c.scalar(text("SELECT count(*) FROM counters"))) == 0
