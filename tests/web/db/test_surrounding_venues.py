"""Venues and roll calls of before there were venues that surround their area: they surround nothing."""

from __future__ import annotations

from sqlalchemy import text

from web.db.bringing.migrating import migrate, migrate_to
from web.db.connecting.engine import open_engine

_THERE = (
    "INSERT INTO areas (id, name, path) VALUES ('a', 'Park', '/a/')",
    "INSERT INTO enterprises (id, area_id, name, credit_code, created_ms) VALUES ('e', 'a', 'Ltd', '', 1)",
    "INSERT INTO venues (id, enterprise_id, name, address, kind, state, time_zone, created_ms) "
    "VALUES ('v', 'e', 'Gate', '1 Road', 'office', 'open', 'Asia/Shanghai', 1)",
    "INSERT INTO roll_calls (id, venue_id, mode, started_by, started_ms) VALUES ('r', 'v', 'drill', 'x', 1)",
)


def test_what_is_there_surrounds_nothing(fresh_url: str) -> None:
    engine = open_engine(fresh_url)
    with engine.begin() as connection:
        migrate_to(connection, "0018")
        for row in _THERE:
            connection.execute(text(row))
    assert migrate(engine)
    with engine.connect() as connection:
        for table in ("venues", "roll_calls"):
            assert connection.scalar(text(f"SELECT surrounds FROM {table}")) == 0
    engine.dispose()
