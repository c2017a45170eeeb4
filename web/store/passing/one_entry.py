"""One entry with its private record and its leaf, put into PostgreSQL by one statement and not by four."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import CTE, BindParameter, Connection, Insert, Table, bindparam, insert, select

from web.db.connecting.turns import Turn, once_shared
from web.db.statements.prepared import Prepared
from web.db.tables import entries, entry_people, leaves
from web.store.passing import poster_uses

_PARTS = ("entry", "person", "leaf")


def kept(
    connection: Connection,
    entry: Mapping[str, object],
    person: Mapping[str, object],
    leaf: Mapping[str, object],
) -> None:
    """Keep all three, each a value for each of some columns."""
    _statement(tuple(entry), tuple(person), tuple(leaf)).run(connection, **_values(entry, person, leaf))


def kept_and_used(
    connection: Connection,
    entry: Mapping[str, object],
    person: Mapping[str, object],
    leaf: Mapping[str, object],
    use: poster_uses.Use,
) -> int:
    """As `kept`, and count the use of a poster; how often its network has used it in this hour."""
    statement = _with_use(tuple(entry), tuple(person), tuple(leaf))
    row = statement.first(connection, **_values(entry, person, leaf), **poster_uses.values_of(use))
    assert row is not None, "an insertion or a change returns its row"
    return int(row.uses)


def _values(*parts: Mapping[str, object]) -> dict[str, object]:
    return {f"{part}_{name}": row[name] for part, row in zip(_PARTS, parts, strict=True) for name in row}


@cache
def _statement(entry: tuple[str, ...], person: tuple[str, ...], leaf: tuple[str, ...]) -> Prepared:
    return Prepared(
        _placed(leaf).add_cte(_inserted(entries, "entry", entry), _inserted(entry_people, "person", person))
    )


@cache
def _with_use(entry: tuple[str, ...], person: tuple[str, ...], leaf: tuple[str, ...]) -> Prepared:
    used = poster_uses.USED["postgresql"].cte("used")
    return Prepared(
        select(used.c.uses).add_cte(
            _inserted(entries, "entry", entry),
            _inserted(entry_people, "person", person),
            _placed(leaf).cte("placed"),
        )
    )


def _placed(leaf: tuple[str, ...]) -> Insert:
    values = [_bound(leaves, "leaf", name) for name in leaf]
    # Out of the turn, so that it is held before the leaf gets its number (`store.log.appended`).
    turn = once_shared(Turn.APPENDING)
    return insert(leaves).from_select(leaf, select(*values).select_from(turn)).inline()


def _inserted(table: Table, part: str, names: tuple[str, ...]) -> CTE:
    return insert(table).values({name: _bound(table, part, name) for name in names}).cte(part)


def _bound(table: Table, part: str, name: str) -> BindParameter[Any]:
    return bindparam(f"{part}_{name}", type_=table.c[name].type)
