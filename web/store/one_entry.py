"""One entry with its private record and its leaf, put into PostgreSQL by one statement and not by four."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import CTE, BindParameter, Connection, Table, bindparam, insert, select

from web.db.prepared import Prepared
from web.db.tables import entries, entry_people, leaves
from web.db.turns import Turn, once_shared

_PARTS = ("entry", "person", "leaf")


def kept(
    connection: Connection,
    entry: Mapping[str, object],
    person: Mapping[str, object],
    leaf: Mapping[str, object],
) -> None:
    """Keep all three, each a value for each of some columns."""
    statement = _statement(tuple(entry), tuple(person), tuple(leaf))
    parts = zip(_PARTS, (entry, person, leaf), strict=True)
    statement.run(connection, **{f"{part}_{name}": row[name] for part, row in parts for name in row})


@cache
def _statement(entry: tuple[str, ...], person: tuple[str, ...], leaf: tuple[str, ...]) -> Prepared:
    values = [_bound(leaves, "leaf", name) for name in leaf]
    # Out of the turn, so that it is held before the leaf gets its number (`store.log.appended`).
    placed = insert(leaves).from_select(leaf, select(*values).select_from(once_shared(Turn.APPENDING)))
    return Prepared(
        placed.inline().add_cte(_inserted(entries, "entry", entry), _inserted(entry_people, "person", person))
    )


def _inserted(table: Table, part: str, names: tuple[str, ...]) -> CTE:
    return insert(table).values({name: _bound(table, part, name) for name in names}).cte(part)


def _bound(table: Table, part: str, name: str) -> BindParameter[Any]:
    return bindparam(f"{part}_{name}", type_=table.c[name].type)
