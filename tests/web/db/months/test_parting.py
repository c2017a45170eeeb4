"""A filled database gets its months: no row is written anew, and sites write on meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, func, select, text

from tests.web.db.months.parts import ENTRY, file_of, lie_in
from web.db.bringing.migrating import migrate, migrate_to
from web.db.connecting.engine import open_engine
from web.db.months import log_months
from web.db.months.foreseeing import foreseen
from web.db.months.months import PARTED
from web.db.tables import entries, leaves
from web.store.logs import log

_PERSON = text(
    "INSERT INTO entry_people (entry_id, visitor_id, at_ms, salt, record_sealed) VALUES (:id, '', 1, '', '')"
)
_STAY = text(
    "INSERT INTO stays (entry_id, venue_id, visitor_id, entrance_id, in_ms) VALUES (:id, 'v', '', 'n', 1)"
)
_PAST = "01900000-0000-7000-8000-{:012}"
_FAR = "02900000-0000-7000-8000-000000000000"


@pytest.fixture
def unparted_entries(empty_postgres: str) -> Iterator[Engine]:
    """A database of the schema before there were months, filled."""
    made = open_engine(empty_postgres)
    with made.begin() as connection:
        migrate_to(connection, "0013")
        for seq in range(1, 10):
            for statement in (ENTRY, _PERSON, _STAY):
                connection.execute(statement, {"id": _PAST.format(seq), "seq": seq})
    yield made
    made.dispose()


@pytest.mark.parametrize("has_far_ahead", [False, True], ids=["as usual", "with an id of years ahead"])
def test_a_filled_database_is_parted_without_writing_its_rows_anew(
    unparted_entries: Engine, has_far_ahead: bool
):
    with unparted_entries.begin() as connection:
        if has_far_ahead:
            for statement in (ENTRY, _PERSON, _STAY):
                connection.execute(statement, {"id": _FAR, "seq": 99})
        names = [table.name for table in PARTED]
        lay = [file_of(connection, name) for name in names]
    assert migrate(unparted_entries) is True
    with unparted_entries.connect() as connection:
        assert [file_of(connection, f"{name}_before") for name in names] == lay
        for name in names:
            counts = [
                connection.scalar(text(f"SELECT count(*) FROM {name}{part}"))
                for part in ("_before", "_after")
            ]
            assert counts == [9, int(has_far_ahead)]
        checks = "SELECT count(*) FROM pg_constraint WHERE conname = 'before_months'"
        assert connection.scalar(text(checks)) == 0


def test_a_site_writes_on_while_its_database_is_looked_at_before_it_is_parted(unparted_entries: Engine):
    foreseen(unparted_entries)
    foreseen(unparted_entries)  # as one that was stopped, and begins again
    with unparted_entries.begin() as connection:
        connection.execute(ENTRY, {"id": _PAST.format(10), "seq": 10})
    assert migrate(unparted_entries) is True
    with unparted_entries.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(entries)) == 10


_LEAF = text("INSERT INTO leaves (kind, ref, body) VALUES ('entry', :id, :body)")
_PLACES = text(
    "INSERT INTO log_sequence SELECT row_number() OVER (ORDER BY id) - 1, id, body FROM leaves ORDER BY id"
)


def entry_put(connection: Connection, seq: int) -> None:
    """An entry and its leaf, as a site of the version before puts them in."""
    values = {"id": _PAST.format(seq), "seq": seq, "body": b"x"}
    connection.execute(ENTRY, values)
    connection.execute(_LEAF, values)


@pytest.fixture
def unparted_log(empty_postgres: str) -> Iterator[Engine]:
    """A database of the schema before the log had months, filled."""
    made = open_engine(empty_postgres)
    with made.begin() as connection:
        migrate_to(connection, "0016")
        for seq in range(1, 10):
            entry_put(connection, seq)
        connection.execute(_PLACES)
    yield made
    made.dispose()


def is_waited_for(engine: Engine) -> bool:
    """Whether somebody waits for a table that another one uses."""
    waiting = text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'relation')")
    with engine.connect() as connection:
        return bool(connection.scalar(waiting))


def test_a_log_that_is_there_is_parted_while_a_site_writes_and_another_reads(unparted_log: Engine):
    names = ("leaves", "log_sequence", "entries_before")
    written = iter(range(10, 100_000))
    with unparted_log.connect() as reader:
        lay = {name: file_of(reader, name) for name in names}
        reader.execute(select(func.count()).select_from(leaves))
        migrating = threading.Thread(target=migrate, args=(unparted_log,))
        migrating.start()
        while not is_waited_for(unparted_log):
            assert migrating.is_alive()
        with unparted_log.begin() as connection:
            entry_put(connection, next(written))  # waits for less than a second
    while migrating.is_alive():
        with unparted_log.begin() as connection:
            entry_put(connection, next(written))
    count = next(written) - 1
    with unparted_log.connect() as connection:
        for name in names:
            part = name if name.endswith(log_months.BEFORE) else f"{name}{log_months.BEFORE}"
            assert file_of(connection, part) == lay[name]
        assert lie_in(connection, "leaves") == {log_months.BEFORE: count}
        assert lie_in(connection, "log_sequence") == {log_months.BEFORE: 9}
        checks = "SELECT count(*) FROM pg_constraint WHERE conname = 'before_months'"
        assert connection.scalar(text(checks)) == 0
        assert log.leaf_of(connection, "entry", _PAST.format(count)) is not None
        assert len(log.unsequenced(connection, count)) == count - 9
