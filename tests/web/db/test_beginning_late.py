"""Work that asks before it begins its transaction: one from there on, and tried again like any other."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from tests.web.db.notes import kept, noted
from web.db.connecting.late import begun, committed
from web.db.connecting.writer import DirectWriter, Writer


def test_what_begins_late_is_one_transaction_from_there_on(writer: Writer) -> None:
    def work(connection: Connection) -> None:
        begun(connection)
        noted(1)(connection)
        noted(2)(connection)
        raise KeyError

    with pytest.raises(KeyError):
        writer.run_late(work)
    assert kept(writer) == []
    assert writer.run_late(lambda c: (begun(c), noted(3)(c), begun(c), noted(4)(c))[-1]) == 4
    assert kept(writer) == [3, 4]


def test_a_single_statement_that_begins_late_is_kept(writer: Writer) -> None:
    assert writer.run_late(noted(1)) == 1
    assert kept(writer) == [1]


def test_work_after_what_began_late_is_one_transaction_again(writer: Writer) -> None:
    def work(connection: Connection) -> None:
        noted(2)(connection)
        raise KeyError

    writer.run_late(noted(1))
    with pytest.raises(KeyError):
        writer.run(work)
    assert kept(writer) == [1]


def test_what_collides_late_is_tried_again(writer: Writer) -> None:
    tried: list[int] = []

    def work(connection: Connection) -> int:
        tried.append(len(tried))
        return noted(1 + tried[-1])(connection)

    writer.run_late(noted(1))
    if isinstance(writer, DirectWriter):
        assert writer.run_late(work) == 2
        assert kept(writer) == [1, 2]
    else:
        with pytest.raises(IntegrityError):
            writer.run_late(work)
        assert kept(writer) == [1]


def test_what_is_committed_with_its_last_statement_is_kept_or_told_and_undone(writer: Writer) -> None:
    def work(nth: int, connection: Connection) -> None:
        begun(connection)
        noted(nth)(connection)
        with committed(connection):
            connection.execute(text("INSERT INTO parents VALUES (1)"))

    writer.run_late(partial(work, 1))
    with pytest.raises(IntegrityError):
        writer.run_late(partial(work, 2))
    writer.run_late(noted(3))
    assert kept(writer) == [1, 3]
