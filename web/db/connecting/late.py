"""Transactions of PostgreSQL that begin where they have to and not before.

BEGIN and COMMIT are each a way to the server and back. What asks once and then writes by a single statement
needs neither: on PostgreSQL every statement outside of a transaction is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from web.db.statements.prepared import driver_errors, driver_of


def begun(connection: Connection) -> None:
    """Make all that follows one transaction, if it is not yet."""
    if connection.dialect.name != "postgresql":
        return
    driver = driver_of(connection)
    if not driver.pgconn.transaction_status:
        with driver_errors(connection, "BEGIN"):
            driver.execute("BEGIN")


@contextmanager
def committed(connection: Connection) -> Iterator[None]:
    """Send what is written within, and the COMMIT after it, to the server in one go; only of PostgreSQL.

    For what many want to lock: this process may be busy with others before it sends the COMMIT. What is
    written within has no answers yet, not even how many rows it was.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    driver = driver_of(connection)
    with driver_errors(connection, "COMMIT"), driver.pipeline():
        yield
        driver.execute("COMMIT")
