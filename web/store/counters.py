"""Numbers that only rise."""

from __future__ import annotations

import secrets

from sqlalchemy import BigInteger, Connection, bindparam, case, insert, literal, select, update

from web.db.statements.prepared import Prepared
from web.db.tables import counters

BUNDLE = "bundle"
OWN_ENTRIES = "own entries"
POLICIES = "policies"
FACTS = "facts"
LOG_HEAD = "log head"
# A server restored from a backup numbers bundles anew: what a gate has from before must not look equal.
_LEAPS = {BUNDLE: 2**16}


def raised(connection: Connection, name: str, least: int = 0, by: int = 1) -> int:
    """The counter's new value, above its last and above `least`; it starts at 0.

    By `by`, but the bundle's by a random number up to 65,535 more.
    """
    by += secrets.randbelow(_LEAPS.get(name, 1))
    # PostgreSQL takes a bare number for one of 32 bits.
    bound, step = literal(least, BigInteger), literal(by, BigInteger)
    higher = case((counters.c.value < bound, bound), else_=counters.c.value)
    changed = connection.execute(update(counters).where(counters.c.name == name).values(value=higher + step))
    if changed.rowcount == 0:
        connection.execute(insert(counters).values(name=name, value=least + by))
    return value_of(connection, name)


_NEXT = Prepared(
    update(counters)
    .where(counters.c.name == bindparam("counter"))
    .values(value=counters.c.value + bindparam("step", type_=BigInteger))
    .returning(counters.c.value)
)


def stepped(connection: Connection, name: str, by: int = 1) -> int:
    """The counter's new value, `by` above its last."""
    row = _NEXT.first(connection, counter=name, step=by)
    return int(row.value) if row is not None else raised(connection, name, by=by)


def value_of(connection: Connection, name: str) -> int:
    """The counter's value."""
    found = connection.scalar(select(counters.c.value).where(counters.c.name == name))
    return int(found or 0)
