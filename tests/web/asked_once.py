"""Holds every test on SQLite to it: what is handed to `Installation.ask` asks one query."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from web.services.installation import Installation


@contextmanager
def asked_once(inst: Installation) -> Iterator[None]:
    """Fail when something asked several queries outside of a transaction: each sees a moment of its own."""
    said: dict[int, list[str]] = {}
    found: list[list[str]] = []

    def taken(driver: sqlite3.Connection, *_: object) -> None:
        said[id(driver)] = []
        driver.set_trace_callback(said[id(driver)].append)

    def given_back(driver: sqlite3.Connection | None, *_: object) -> None:
        told = said.pop(id(driver), [])
        queries = [one for one in told if one.startswith(("SELECT", "WITH"))]
        if len(queries) > 1 and "BEGIN" not in told:
            found.append(queries)

    event.listen(inst.reading.pool, "checkout", taken)
    event.listen(inst.reading.pool, "checkin", given_back)
    yield
    assert not found, found
