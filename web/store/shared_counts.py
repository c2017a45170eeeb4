"""How often something was asked for, added up over all processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, LargeBinary, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from web.db.statements.prepared import Prepared
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


# All of them in one statement: each request has three or four names.
_ALL = (
    func.unnest(
        bindparam("names", type_=ARRAY(LargeBinary)),
        bindparam("untils", type_=ARRAY(BigInteger)),
        bindparam("more", type_=ARRAY(BigInteger)),
    )
    .table_valued("name", "until_ms", "uses", name="told")
    .render_derived()
)
_NEW = postgresql.insert(shared_counts).from_select((*_KEY, "uses"), select(*_ALL.c))
_ADDED_TOGETHER = Prepared(
    {
        "postgresql": _NEW.on_conflict_do_update(
            index_elements=_KEY, set_={"uses": shared_counts.c.uses + _NEW.excluded.uses}
        ).returning(*shared_counts.c)
    }
)


def added(connection: Connection, more: Mapping[Name, int]) -> dict[Name, int]:
    """Add some uses to each; how many there are now."""
    if connection.dialect.name == "postgresql":
        names = sorted(more)
        rows = _ADDED_TOGETHER.all(
            connection,
            names=[name for name, _ in names],
            untils=[until_ms for _, until_ms in names],
            more=[more[name] for name in names],
        )
        return {(bytes(row.name), int(row.until_ms)): int(row.uses) for row in rows}
    totals: dict[Name, int] = {}
    # In one order: two processes must not wait for each other.
    for name in sorted(more):
        row = _ADDED.first(connection, name=name[0], until_ms=name[1], uses=more[name])
        totals[name] = int(row.uses) if row is not None else more[name]
    return totals


def forgotten(connection: Connection, before_ms: int) -> int:
    """Forget spans that ended before a time; how many."""
    return connection.execute(delete(shared_counts).where(shared_counts.c.until_ms < before_ms)).rowcount
