"""Numbers that only rise."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from web.db.tables import counters

BUNDLE = "bundle"
OWN_ENTRIES = "own entries"


def raised(connection: Connection, name: str, by: int = 1) -> int:
    """The counter's new value; it starts at 0."""
    changed = connection.execute(
        update(counters).where(counters.c.name == name).values(value=counters.c.value + by)
    )
    if changed.rowcount == 0:
        connection.execute(insert(counters).values(name=name, value=by))
    return value_of(connection, name)


def value_of(connection: Connection, name: str) -> int:
    """The counter's value."""
    found = connection.scalar(select(counters.c.value).where(counters.c.name == name))
    return int(found or 0)
