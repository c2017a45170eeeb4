"""Rows of an embedded database that go into a server's: each as it was, all of them or none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Integer,
    LargeBinary,
    Table,
    create_engine,
    insert,
    inspect,
    text,
)
from sqlalchemy.exc import DBAPIError

from domain.errors import InputError, TamperedError, UnavailableError
from tests.web.rows import every_row
from web.db.bringing.crossing import crossed
from web.db.bringing.migrating import migrate, migrate_to
from web.db.connecting.engine import open_engine
from web.db.months import log_months, months
from web.db.tables import APPEND_ONLY, areas, metadata

# What a text of a COPY, a shell or a wire would take for something else.
_TEXTS = ("\\N", "a\tb\\.\r\n\"'", "汉字\U0001f600e\u0301", "")
_ROWS = 3


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A migrated embedded database with rows in every table."""
    path = tmp_path / "site.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for table in metadata.sorted_tables:
            connection.execute(insert(table), [row_of(table, nth) for nth in range(_ROWS)])
    engine.dispose()
    return path


@pytest.fixture
def server(empty_postgres: str) -> Iterator[Engine]:
    engine = open_engine(empty_postgres)
    yield engine
    engine.dispose()


def row_of(table: Table, nth: int) -> dict[str, Any]:
    """A row at the limits of its types; those of one number point to each other."""
    row = {column.name: value_of(column, nth) for column in table.c}
    if table.name == "entries":
        row["leaf_month"] = 0  # what every entry of an embedded database says
    return row


def value_of(column: Column[Any], nth: int) -> Any:
    for key in column.foreign_keys:
        # An area may have been moved under one that was made later.
        return (
            None if key.column.table is column.table and nth == 0 else value_of(key.column, _ROWS - 1 - nth)
        )
    if column.nullable and nth == 0:
        return None
    return of_type(column, nth)


def of_type(column: Column[Any], nth: int) -> Any:
    kind, is_key = column.type, column.primary_key or is_single(column)
    if isinstance(kind, BigInteger):
        return nth + 7 if is_key else (-(2**63), 2**63 - 1, 0)[nth % 3]
    if isinstance(kind, Integer):
        return nth + 7 if is_key else (-(2**31), 2**31 - 1, 0)[nth % 3]
    length = getattr(kind, "length", None) or 500
    if isinstance(kind, LargeBinary):
        return (
            bytes([nth, 0, 255, 92, 10, 9]) * (length // 6)
            if is_key
            else (b"", b"\0" * length, b"\\x")[nth % 3]
        )
    return f"{nth}{_TEXTS[nth % 3]}"[:length] if is_key else _TEXTS[nth % 4][:length]


def is_single(column: Column[Any]) -> bool:
    table = column.table
    return any(column.name in one.columns for one in table.indexes if one.unique) or any(
        column.name in one.columns for one in table.constraints if type(one).__name__ == "UniqueConstraint"
    )


def rows_of(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with engine.connect() as connection:
        return every_row(connection)


def rows_in(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    engine = create_engine(f"sqlite:///{file}")
    found = rows_of(engine)
    engine.dispose()
    return found


def untold(_done: int, _of: int) -> None:
    """Nobody looks on."""


def changed(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_every_row_of_every_table_arrives_as_it_was(file: Path, server: Engine):
    told: list[tuple[int, int]] = []
    crossed(file, server, lambda done, of: told.append((done, of)))
    before = rows_in(file)
    assert rows_of(server) == before
    assert [name for name, rows in before.items() if len(rows) != _ROWS] == []
    assert told[-1] == (_ROWS * len(metadata.tables),) * 2
    assert told == sorted(told)


def test_what_arrived_is_guarded_and_goes_on_above_the_highest_numbers(file: Path, server: Engine):
    crossed(file, server, untold)
    assert migrate(server) is False
    for table in APPEND_ONLY:
        with server.begin() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(table.delete())
    with server.begin() as connection:
        for table in metadata.sorted_tables:
            column = table.autoincrement_column
            if column is None or not isinstance(column.type, BigInteger):
                continue
            row = row_of(table, _ROWS + 1)
            del row[column.name]
            new = connection.execute(insert(table).values(row).returning(column)).scalar_one()
            assert new == _ROWS + 7, f"{table} had {_ROWS + 6}"
        assert log_months.listed(connection)
        assert months.ahead(months.listed(connection), months.database_now_ms(connection)) >= 0


def test_a_database_of_an_older_version_is_brought_up_on_the_way(tmp_path: Path, server: Engine):
    file = tmp_path / "old.db"
    old = open_engine(f"sqlite:///{file}")
    with old.begin() as connection:
        migrate_to(connection, "0004")
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.execute(insert(areas), [row_of(areas, nth) for nth in range(_ROWS)])
        connection.execute(text("INSERT INTO counters (name, value) VALUES ('bundle', 41), ('facts', 7)"))
    old.dispose()
    crossed(file, server, untold)
    assert rows_of(server) == rows_in(file)
    assert len(rows_of(server)["areas"]) == _ROWS
    assert {("rules", 41), ("facts", 7)} == set(rows_of(server)["gate_news"])


@pytest.mark.parametrize(
    ("spoiling", "said"),
    [
        ("UPDATE venues SET name = 'a' || char(0) || 'b' WHERE rowid = 2", r"table venues \(.*0x00"),
        ("UPDATE accounts SET login = printf('%.*c', 300, 'x') WHERE rowid = 2", r"accounts \(.*too long"),
        ("UPDATE stays SET people = 1 << 40 WHERE rowid = 2", r"table stays \(.*out of range"),
        ("UPDATE stays SET people = 'two' WHERE rowid = 2", r"table stays \("),
        ("UPDATE stays SET in_ms = 1.5 WHERE rowid = 2", r"table stays \("),
        ("UPDATE stays SET ending = x'00' WHERE rowid = 2", r"table stays \("),
        (
            "UPDATE venues SET name = CAST(x'787878ff' AS TEXT) WHERE rowid = 2",
            r"table venues \(a value of another kind",
        ),
        ("DELETE FROM accounts", r"table [a-z_]+ \(.*foreign key"),
    ],
    ids=[
        "NUL",
        "too long",
        "too large",
        "no number",
        "half a number",
        "bytes",
        "no text",
        "points to nothing",
    ],
)
def test_a_row_that_the_server_does_not_take_is_told_by_its_table_and_nothing_is_left(
    file: Path, server: Engine, spoiling: str, said: str
):
    changed(file, spoiling)
    with pytest.raises(InputError, match=said) as refused:
        crossed(file, server, untold)
    assert "xxx" not in str(refused.value)
    assert inspect(server).get_table_names() == []


def test_a_database_that_counts_other_rows_than_it_has_is_damaged(file: Path, server: Engine):
    """A row that is missing in an index, which SQLite's quick check does not see."""
    index = "type = 'index' AND name = 'ix_leaves_ref'"
    changed(
        file,
        "PRAGMA writable_schema = ON",
        f"CREATE TABLE kept AS SELECT * FROM sqlite_master WHERE {index}",
        f"DELETE FROM sqlite_master WHERE {index}",
    )
    changed(file, "INSERT INTO leaves (kind, ref, body) VALUES ('test', 'r', x'00')")
    changed(
        file,
        "PRAGMA writable_schema = ON",
        "INSERT INTO sqlite_master SELECT * FROM kept",
        "DELETE FROM sqlite_master WHERE name = 'kept'",
    )
    with pytest.raises(TamperedError, match="table leaves has more or fewer rows"):
        crossed(file, server, untold)
    assert inspect(server).get_table_names() == []


def test_a_server_that_goes_away_half_way_is_unavailable_and_left_empty(file: Path, server: Engine):
    ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_xid IS NOT NULL"
    other = create_engine(server.url, isolation_level="AUTOCOMMIT")

    def cut(done: int, _of: int) -> None:
        if done == 30 * _ROWS:
            with other.connect() as connection:
                connection.exec_driver_sql(ending)

    with pytest.raises(UnavailableError, match="cannot be read or filled"):
        crossed(file, server, cut)
    assert inspect(other).get_table_names() == []
    other.dispose()
