"""Transactions of PostgreSQL that begin where they have to and not before.

BEGIN and COMMIT are each a way to the server and back. What asks once and then writes by a single statement
needs neither: on PostgreSQL every statement outside of a transaction is one.
"""

from __future__ import annotations

from sqlalchemy import Connection

from web.db.prepared import driver_errors, driver_of


def begun(connection: Connection) -> None:
    """Make all that follows one transaction, if it is not yet."""
    if connection.dialect.name != "postgresql":
        return
    driver = driver_of(connection)
    if not driver.pgconn.transaction_status:
        with driver_errors(connection, "BEGIN"):
            driver.execute("BEGIN")
