"""Which rows of the whole database are a tenant's, and what they hold, so that any change is seen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, select

from web.db.tables import metadata

# Not a tenant's: counted for all, or kept about whoever is signed in.
_SHARED = {"counters", "log_sequence", "log_nodes", "checkpoints", "sessions", "idempotent_calls"}


def digest_of(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """By table, a digest of all rows that name one of a tenant's ids, or name a row that does."""
    known, rows = set(ids), _all(connection)
    while True:
        before = len(known)
        mine = {name: [row for row in found if known.intersection(row)] for name, found in rows.items()}
        for name, found in mine.items():
            if "id" in metadata.tables[name].c:
                at = list(metadata.tables[name].c.keys()).index("id")
                known.update(str(row[at]) for row in found if isinstance(row[at], str))
        if len(known) == before:
            return {name: _digest(found) for name, found in mine.items() if found}


def _all(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    tables = (table for name, table in metadata.tables.items() if name not in _SHARED)
    return {table.name: [tuple(row) for row in connection.execute(select(table))] for table in tables}


def _digest(rows: list[tuple[object, ...]]) -> str:
    return hashlib.sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()
