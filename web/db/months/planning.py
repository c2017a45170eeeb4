"""What a database knows of its own rows when it plans a query."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, func, select

# So many rows of each index are looked at: some hundredths of a second however many entries there are. With
# them every query of the desk is planned as after a full look (`python -m bench query`).
_ROWS_MOST = 1_000


def analysed(connection: Connection) -> bool:
    """Look at the rows anew; whether connections that are open do not know of it by themselves.

    PostgreSQL looks by itself at every table, but not at those whose rows lie in tables of months.
    `PRAGMA optimize` would look only at tables that the same connection has asked about: here another reads.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.months_analysed()))
        return False
    connection.exec_driver_sql(f"PRAGMA analysis_limit = {_ROWS_MOST}")
    connection.exec_driver_sql("ANALYZE")
    return True


def looked_through(engine: Engine) -> None:
    """Let a server that was just filled look at every table: its first hour is that of the gates' backlog."""
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
