"""Questions that may be dear get so much time and no more, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

# How many steps of its machine SQLite takes between two looks at the clock: about a millisecond.
_STEPS = 20_000
_CANCELED = "57014"


class TooLongError(Exception):
    """The database was stopped: the answer would have taken longer than it is worth."""


@contextmanager
def at_most(connection: Connection, ms: int) -> Iterator[None]:
    """Let what is asked in the block take `ms`; TooLongError then, and the transaction is of no use."""
    driver: Any = connection.connection.driver_connection
    is_embedded = connection.dialect.name == "sqlite"
    if is_embedded:
        over = perf_counter() + ms / 1000
        driver.set_progress_handler(lambda: perf_counter() > over, _STEPS)
    else:
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(ms)}")
    try:
        yield
    except DBAPIError as error:
        interrupted = str(error.orig) == "interrupted"
        if interrupted or getattr(error.orig, "sqlstate", None) == _CANCELED:
            raise TooLongError from None
        raise
    finally:
        if is_embedded:
            driver.set_progress_handler(None, 0)
