"""Bringing a database to this version's schema, on both databases."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from domain.errors import UnavailableError
from web.db.bringing.migrating import migrate
from web.db.bringing.revisions import SCRIPTS, revisions
from web.db.connecting.engine import open_engine
from web.db.months import log_months, months
from web.db.tables import APPEND_ONLY, metadata


@pytest.fixture
def engine(fresh_url: str):
    made = open_engine(fresh_url)
    yield made
    made.dispose()


_OF_EACH_MONTH = (
    "uq_entries_device_seq",
    "fk_entry_people_entry_id",
    "fk_log_sequence_leaf_id",
    "ix_leaves_ref",
)


def parts(engine: Engine) -> set[str]:
    """The tables of months, on PostgreSQL."""
    with engine.connect() as connection:
        of_time = {f"{table}{month.part}" for month in months.listed(connection) for table in months.PARTED}
        if not of_time:
            return set()
        return of_time | {f"{table}{log_months.BEFORE}" for table in log_months.PARTED}


def test_a_fresh_database_gets_every_table(engine: Engine):
    assert migrate(engine) is True
    assert {*inspect(engine).get_table_names()} - parts(engine) == {*metadata.tables, "alembic_version"}


def test_the_names_of_the_scripts_tell_the_schemas_in_their_order():
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    walked = ScriptDirectory.from_config(config).walk_revisions()
    assert revisions() == tuple(script.revision for script in walked)


def test_the_second_time_there_is_nothing_to_do(engine: Engine):
    migrate(engine)
    assert migrate(engine) is False


def test_the_migrations_make_exactly_the_tables_that_the_program_names(engine: Engine):
    migrate(engine)
    of_months = parts(engine)

    def is_compared(_thing: object, name: str | None, kind: str, *_others: object) -> bool:
        # What only the tables of months have, and their parents not: see tests/web/db/months.
        of_each = kind in ("unique_constraint", "foreign_key_constraint", "index") and name in _OF_EACH_MONTH
        return not (of_months and of_each) and name not in of_months

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_compared})
        assert compare_metadata(context, metadata) == []


def test_a_database_of_a_newer_version_is_refused_with_a_sentence_and_left_as_it_was(engine: Engine):
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("DROP TABLE posters"))  # what a later version may have done
    with pytest.raises(UnavailableError, match="newer version") as refused:
        migrate(engine)
    assert "9999" in refused.value.sentence.zh
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    assert "posters" not in inspect(engine).get_table_names()


_A_START = """
import sys
from pathlib import Path
from web.services.signing_keys import keys
from web.services.installation import opened
from web.settings import Settings
print("waits", flush=True)
sys.stdin.readline()
made = opened(Settings(Path(sys.argv[2]), sys.argv[1]), lambda: 1_795_140_000_000)
keys.ensure(made)
made.close()
"""


def test_several_processes_may_start_on_a_fresh_postgresql_at_once(empty_postgres: str, tmp_path: Path):
    command = [sys.executable, "-c", _A_START, empty_postgres, str(tmp_path)]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(3)]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "waits\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [(process.communicate(timeout=30)[1], process.returncode) for process in started] == [("", 0)] * 3
    engine = open_engine(empty_postgres)
    with engine.connect() as connection:
        purposes = connection.execute(text("SELECT purpose FROM signing_keys ORDER BY purpose")).scalars()
        assert list(purposes) == ["bundle", "log", "sealing", "visitor"]
    engine.dispose()


_ROWS = {
    "entries": "INSERT INTO entries (id, device, seq, venue_id, entrance_id, direction, at_ms, received_ms,"
    " outcome, reason, presence, way, policy_version, bundle_seq, clock, content_hash)"
    " VALUES ('e', 'd', 1, 'v', 'n', 'in', 1, 1, 'admitted', 'welcome', '-', 'kiosk', 1, 1, '{}', :bytes)",
    "leaves": "INSERT INTO leaves (id, kind, ref, body) VALUES (7, 'entry', 'e', :bytes)",
    "log_sequence": "INSERT INTO log_sequence VALUES (0, 7, :bytes)",
    "log_nodes": "INSERT INTO log_nodes VALUES (1, 0, :bytes)",
    "checkpoints": "INSERT INTO checkpoints VALUES (1, :bytes, :bytes, 1)",
}


def _key(engine: Engine, table: str) -> list[str]:
    """What is unique in a table: of one that lies in months, by what they are parted."""
    looked = inspect(engine)
    return (
        looked.get_pk_constraint(table)["constrained_columns"]
        or looked.get_unique_constraints(table)[0]["column_names"]
    )


@pytest.mark.parametrize("change", ["UPDATE", "DELETE"])
@pytest.mark.parametrize("table", [table.name for table in APPEND_ONLY])
def test_the_database_itself_refuses_to_change_what_is_only_appended(engine: Engine, table: str, change: str):
    migrate(engine)
    with engine.begin() as connection:
        for name, row in _ROWS.items():
            connection.execute(text(row), {"bytes": b"x"})
            if name == table:
                break
        else:
            pytest.fail(f"no row for {table}")
    column = _key(engine, table)[0]
    statement = f"DELETE FROM {table}" if change == "DELETE" else f"UPDATE {table} SET {column} = {column}"
    with engine.connect() as connection:
        with pytest.raises(Exception, match="append-only"):
            connection.execute(text(statement))
        connection.rollback()
        assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 1


@pytest.mark.parametrize("table", [table.name for table in APPEND_ONLY])
def test_no_row_of_the_log_is_replaced_or_upserted(engine: Engine, table: str):
    migrate(engine)
    with engine.begin() as connection:
        for name, row in _ROWS.items():
            connection.execute(text(row), {"bytes": b"x"})
            if name == table:
                break
    # A statement of its own kind on each database, and neither is an UPDATE or DELETE by its name.
    columns, first = ", ".join(_key(engine, table)), _key(engine, table)[0]
    upsert = f"{_ROWS[table]} ON CONFLICT ({columns}) DO UPDATE SET {first} = excluded.{first}"
    replace = _ROWS[table].replace("INSERT", "REPLACE", 1)
    statement = replace if engine.dialect.name == "sqlite" else upsert
    with engine.connect() as connection, pytest.raises(Exception, match="append-only"):
        connection.execute(text(statement), {"bytes": b"other"})


def test_postgresql_also_refuses_to_truncate_the_log(empty_postgres: str):
    engine = open_engine(empty_postgres)
    migrate(engine)
    with engine.connect() as connection:
        for table in APPEND_ONLY:
            with pytest.raises(Exception, match="append-only"):
                connection.execute(text(f"TRUNCATE {table.name} CASCADE"))
            connection.rollback()
    engine.dispose()
