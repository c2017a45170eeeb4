"""A writer of either kind of database, with a table of notes to write."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from web.db.connecting.engine import open_engine
from web.db.connecting.writer import DirectWriter, GroupWriter, Writer


@pytest.fixture
def writer(fresh_url: str) -> Iterator[Writer]:
    engine = open_engine(fresh_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE parents (id INTEGER PRIMARY KEY)"))
        connection.execute(
            text(
                "CREATE TABLE notes (serial INTEGER, author INTEGER, nth INTEGER PRIMARY KEY,"
                " parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)"
            )
        )
    made = GroupWriter(engine) if fresh_url.startswith("sqlite") else DirectWriter(engine)
    yield made
    made.close()
