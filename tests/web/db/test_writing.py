"""Writers: what they say is written is on the disk, and one caller's fault stays with that caller."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from tests.web.db.notes import kept, noted, together
from web.db.connecting.engine import open_engine, open_reading_engine
from web.db.connecting.writer import GroupWriter, TransactionLostError, Writer


def test_everybody_who_waits_together_gets_their_own_result(writer: Writer):
    pieces = [noted(nth) for nth in range(40)]
    assert together(writer, *pieces) == list(range(40))
    assert kept(writer) == list(range(40))


def test_one_failing_piece_of_work_takes_no_other_down_and_leaves_nothing(writer: Writer):
    def half_done(connection: Connection) -> None:
        noted(100)(connection)
        raise LookupError("half done")

    answers = together(writer, noted(1), half_done, noted(2), noted(2), noted(3))
    assert isinstance(answers[1], LookupError)
    assert sorted(type(answer).__name__ for answer in answers[2:4]) == ["IntegrityError", "int"]
    assert kept(writer) == [1, 2, 3]


def test_sixteen_threads_of_fifty_writes_are_all_kept_each_thread_in_its_order(
    writer: Writer, fresh_url: str
):
    def write(author: int) -> None:
        for nth in range(50):
            writer.run(noted(author * 50 + nth, author))

    threads = [threading.Thread(target=write, args=[author]) for author in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_engine(fresh_url).connect() as connection:
        rows = connection.execute(text("SELECT author, nth FROM notes ORDER BY serial, nth")).all()
    assert len(rows) == 800
    if isinstance(writer, GroupWriter):  # one after the other, so that their places tell the order
        for author in range(16):
            assert [nth for who, nth in rows if who == author] == [*range(author * 50, author * 50 + 50)]


def test_an_error_at_the_commit_reaches_all_who_were_in_it(writer: Writer):
    # A dangling reference is only found out by COMMIT.
    answers = together(writer, noted(1), noted(2, parent=77), noted(3))
    if isinstance(writer, GroupWriter):
        assert [type(answer) for answer in answers] == [IntegrityError] * 3
        assert kept(writer) == []
    else:
        assert [type(answer) for answer in answers] == [int, IntegrityError, int]
        assert kept(writer) == [1, 3]
    assert writer.run(noted(4)) == 4


@pytest.fixture
def grouped(tmp_path: Path) -> Iterator[GroupWriter]:
    engine = open_engine(f"sqlite:///{tmp_path / 'grouped.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (nth INTEGER PRIMARY KEY, body TEXT)"))
    made = GroupWriter(engine)
    yield made
    made.close()


def test_work_is_durable_when_run_returns(grouped: GroupWriter, tmp_path: Path):
    grouped.run(lambda c: c.execute(text("INSERT INTO notes VALUES (1, 'kept')")).rowcount)
    # What a power cut would leave: the files as they are now, read by somebody else.
    for name in ("grouped.db", "grouped.db-wal"):
        (tmp_path / f"copy-{name}").write_bytes((tmp_path / name).read_bytes())
    (tmp_path / "copy-grouped.db-wal").rename(tmp_path / "copy.db-wal")
    (tmp_path / "copy-grouped.db").rename(tmp_path / "copy.db")
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("SELECT body FROM notes").fetchall() == [("kept",)]


def test_a_full_disk_is_an_error_for_its_writer_and_no_lie_to_the_others(grouped: GroupWriter):
    def limited(connection: Connection) -> None:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")

    def small(nth: int) -> Callable[[Connection], object]:
        return lambda c: c.execute(text("INSERT INTO notes VALUES (:nth, 'x')"), {"nth": nth}).rowcount

    def large(connection: Connection) -> object:
        return connection.execute(text("INSERT INTO notes VALUES (99, :body)"), {"body": "x" * 100_000})

    grouped.run(limited)
    answers = together(grouped, small(1), large, small(2))
    kept = set(grouped.run(lambda c: list(c.scalars(text("SELECT nth FROM notes")))))
    assert "full" in str(answers[1])
    assert {nth for nth, answer in ((1, answers[0]), (2, answers[2])) if answer == 1} == kept


def test_a_lost_transaction_is_no_success_for_those_who_wrote_in_it(grouped: GroupWriter):
    def lost(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself on some errors of the disk
        raise OSError("the disk is gone")

    def small(nth: int) -> Callable[[Connection], object]:
        return lambda c: c.execute(text("INSERT INTO notes VALUES (:nth, 'x')"), {"nth": nth}).rowcount

    answers = together(grouped, *[small(nth) for nth in range(10)], lost, small(10))
    kept = set(grouped.run(lambda c: list(c.scalars(text("SELECT nth FROM notes")))))
    told = answers.pop(10)
    assert isinstance(told, OSError)
    assert {type(answer) for answer in answers} <= {int, TransactionLostError}
    assert {nth for nth, answer in enumerate(answers) if answer == 1} == kept
    assert grouped.run(small(50)) == 1


def test_closing_finishes_what_was_accepted_and_refuses_the_rest(grouped: GroupWriter):
    accepted: list[int] = []
    answered = threading.Barrier(9)

    def write(author: int) -> None:
        try:
            for nth in range(author * 10_000, author * 10_000 + 10_000):
                grouped.run(lambda c, nth=nth: c.execute(text(f"INSERT INTO notes VALUES ({nth}, 'x')")))
                accepted.append(nth)
        except RuntimeError:
            answered.wait(60)

    for author in range(8):
        threading.Thread(target=write, args=[author], daemon=True).start()
    while len(accepted) < 50:
        threading.Event().wait(0.001)
    engine: Engine = grouped._engine
    grouped.close()
    answered.wait(60)  # nobody waits for ever
    with engine.connect() as connection:
        assert set(connection.scalars(text("SELECT nth FROM notes"))) == set(accepted)
    with pytest.raises(RuntimeError, match="closed"):
        grouped.run(lambda c: None)


def test_what_reads_cannot_write_and_sees_one_moment(fresh_url: str, writer: Writer):
    reading = open_reading_engine(fresh_url, open_engine(fresh_url))
    writer.run(noted(1))
    with reading.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM notes")) == 1
        writer.run(noted(2))
        assert connection.scalar(text("SELECT count(*) FROM notes")) == 1
        with pytest.raises(Exception, match=r"readonly|read-only"):
            connection.execute(text("DELETE FROM notes"))
    with reading.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM notes")) == 2
    reading.dispose()


def test_an_error_of_the_database_shows_no_value_that_somebody_typed(fresh_url: str):
    engine = open_engine(fresh_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE people (name TEXT)"))
    reading = open_reading_engine(fresh_url, engine)
    for made in (engine, reading):
        with made.connect() as connection, pytest.raises(Exception, match="people") as refused:
            connection.execute(text("INSERT INTO people (nom) VALUES (:name)"), {"name": "Zhang San"})
        assert "Zhang" not in str(refused.value)
        made.dispose()
