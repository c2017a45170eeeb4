"""How often something was asked for, added up over all processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete
from sqlalchemy.dialects import postgresql, sqlite

from web.db.prepared import Prepared
from web.db.tables import shared_counts

# A keyed digest of what was counted, and the end of its span of time (Unix milliseconds).
Name = tuple[bytes, int]
_KEY = ("name", "until_ms")


def _adding(kind: Any) -> Any:
    insertion = kind.insert(shared_counts)
    return insertion.on_conflict_do_update(
        index_elements=_KEY, set_={"uses": shared_counts.c.uses + insertion.excluded.uses}
    ).returning(shared_counts.c.uses)


_ADDED = Prepared({"sqlite": _adding(sqlite), "postgresql": _adding(postgresql)}, (*_KEY, "uses"))


def added(connection: Connection, more: Mapping[Name, int]) -> dict[Name, int]:
    """Add some uses to each; how many there are now."""
    totals: dict[Name, int] = {}
    # In one order: two processes must not wait for each other.
    for name in sorted(more):
        row = _ADDED.first(connection, name=name[0], until_ms=name[1], uses=more[name])
        totals[name] = int(row.uses) if row is not None else more[name]
    return totals


def forgotten(connection: Connection, before_ms: int) -> int:
    """Forget spans that ended before a time; how many."""
    return connection.execute(delete(shared_counts).where(shared_counts.c.until_ms < before_ms)).rowcount
