"""The rows of the migrated PostgreSQL of a test session: taken out, kept aside, and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, select, text

from web.db.months import log_months, months
from web.db.tables import metadata

# Pages of dead rows would slow later tests down.
_LARGE = """
SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname = current_schema AND relkind = 'r' AND pg_relation_size(pg_class.oid) > 65536
  AND relname <> 'alembic_version'
"""
_BEGIN_AT_ONE = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
_WHERE_THEY_ARE = """
SELECT 'SELECT setval(' || quote_literal(sequencename) || ', ' || last_value || ')' FROM pg_sequences
WHERE schemaname = current_schema AND last_value IS NOT NULL
"""


def every_row(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables by their names, in one order whatever order they lie in."""
    return {
        table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
        for table in metadata.sorted_tables
    }


def entries_known(connection: Connection) -> int:
    """How many entries the database plans for: as many as there were when it last looked; 0 before."""
    if connection.dialect.name == "sqlite":
        query = "SELECT max(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = 'entries'"
    else:
        query = "SELECT reltuples FROM pg_class WHERE oid = 'entries'::regclass"
    return max(0, int(connection.scalar(text(query)) or 0))


@dataclass(frozen=True)
class Rows:
    """All rows of one database; its guards are put aside while they are moved, and only then."""

    engine: Engine

    def empty(self) -> None:
        """Take every row out, and the months that were made meanwhile; let all numbers begin at one."""
        with self._unguarded() as connection:
            # TRUNCATE makes two hundred new files; deleting a few rows makes none.
            large = connection.exec_driver_sql(_LARGE).scalars().all()
            if large:
                connection.exec_driver_sql(f"TRUNCATE {', '.join(large)} CASCADE")
            connection.exec_driver_sql("; ".join(f"DELETE FROM {table}" for table in metadata.tables))
            connection.exec_driver_sql(_BEGIN_AT_ONE)
            _unmake_months(connection)
            _unmake_months_of_the_log(connection)

    def kept(self, name: str) -> str:
        """Copy the rows there are into a schema of that name; the statements that bring them back."""
        with self._unguarded() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
            filled = [
                table
                for table in metadata.tables
                if connection.exec_driver_sql(f"SELECT EXISTS (SELECT FROM {table})").scalar()
            ]
            for table in filled:
                connection.exec_driver_sql(f"CREATE TABLE {name}.{table} AS TABLE {table}")
            numbers = connection.exec_driver_sql(_WHERE_THEY_ARE).scalars().all()
        return "; ".join([*(f"INSERT INTO {table} TABLE {name}.{table}" for table in filled), *numbers])

    def bring(self, statements: str) -> None:
        """Put rows that were kept into the empty tables."""
        with self._unguarded() as connection:
            connection.exec_driver_sql(statements)

    @contextmanager
    def _unguarded(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection


def _unmake_months(connection: Connection) -> None:
    """Take away what a worker in any test made: the next test meets those of a migration."""
    first, *some, last = months.listed(connection)
    if not some:
        return
    rest = f"FOR VALUES FROM ('{months.bound(first.until_ms or 0)}') TO (MAXVALUE)"
    for table in reversed(months.PARTED):
        for month in some:
            connection.exec_driver_sql(f"DROP TABLE {table}{month.part}")
        connection.exec_driver_sql(f"ALTER TABLE {table} DETACH PARTITION {table}{last.part}")
        connection.exec_driver_sql(f"ALTER TABLE {table} ATTACH PARTITION {table}{last.part} {rest}")


def _unmake_months_of_the_log(connection: Connection) -> None:
    """Drop its months without rows, and let entries say that leaves are numbered from one on."""
    _, *made = log_months.listed(connection)
    if not made:
        return
    for table in reversed(log_months.PARTED):
        for month in made:
            connection.exec_driver_sql(f"DROP TABLE {table}{log_months.part(month)}")
        connection.exec_driver_sql(
            f"ALTER TABLE {table}{log_months.BEFORE} DROP CONSTRAINT IF EXISTS until_month"
        )
    connection.exec_driver_sql("SELECT leaf_month_told()")
