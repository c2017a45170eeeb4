"""Filters saved twice under a name, before there was one of a name: kept, and told apart by a number."""

from __future__ import annotations

from sqlalchemy import text

from web.db.bringing.migrating import migrate, migrate_to
from web.db.connecting.engine import open_engine

_FILTER = text(
    "INSERT INTO saved_filters (id, account_id, name, query, created_ms) "
    "VALUES (:id, :account, :name, :query, :ms)"
)
_LONG = "长" * 100


def test_twins_that_are_there_stay_with_a_number_behind_the_later_name(fresh_url: str) -> None:
    engine = open_engine(fresh_url)
    there = [
        ("c", "ann", "Refused", 3),
        ("a", "ann", "Refused", 1),
        ("b", "ann", "Refused", 1),
        ("d", "ann", "Refused (2)", 2),
        ("e", "ben", "Refused", 9),
        ("f", "ben", _LONG, 5),
        ("g", "ben", _LONG, 6),
    ]
    with engine.begin() as connection:
        migrate_to(connection, "0017")
        for identity, account, name, ms in there:
            values = {"id": identity, "account": account, "name": name, "query": f"q={identity}", "ms": ms}
            connection.execute(_FILTER, values)
    assert migrate(engine)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, name, query FROM saved_filters ORDER BY id")).all()
    names = {
        "a": "Refused",
        "b": "Refused (3)",
        "c": "Refused (4)",
        "d": "Refused (2)",
        "e": "Refused",
        "f": _LONG,
        "g": "长" * 96 + " (2)",
    }
    assert [tuple(row) for row in rows] == [(key, name, f"q={key}") for key, name in names.items()]
    engine.dispose()
