"""Many visitors at once, found by what a table says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from sqlalchemy import Connection, select

from web.db.tables import visitor_terms, visitors
from web.store.scope import Scope, visible_enterprises

_AT_ONCE = 500
_T = TypeVar("_T")


def by_digest(
    connection: Connection, scope: Scope, field: str, digests: Iterable[bytes]
) -> dict[bytes, set[str]]:
    """The visitors in scope under each digest of a field."""
    found: dict[bytes, set[str]] = {}
    for some in _in_parts(digests):
        query = (
            select(visitor_terms.c.digest, visitor_terms.c.visitor_id)
            .join(visitors, visitors.c.id == visitor_terms.c.visitor_id)
            .where(
                visitor_terms.c.field == field,
                visitor_terms.c.digest.in_(some),
                visitors.c.enterprise_id.in_(visible_enterprises(scope)),
            )
        )
        for row in connection.execute(query):
            found.setdefault(bytes(row.digest), set()).add(row.visitor_id)
    return found


def by_number(connection: Connection, scope: Scope, numbers: Iterable[str]) -> dict[str, set[str]]:
    """The visitor in scope of each short number."""
    found: dict[str, set[str]] = {}
    for some in _in_parts(numbers):
        query = select(visitors.c.short_number, visitors.c.id).where(
            visitors.c.short_number.in_(some), visitors.c.enterprise_id.in_(visible_enterprises(scope))
        )
        for row in connection.execute(query):
            found.setdefault(row.short_number, set()).add(row.id)
    return found


def shown(connection: Connection, visitor_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Masked name and short number of each visitor."""
    found: dict[str, tuple[str, str]] = {}
    for some in _in_parts(visitor_ids):
        query = select(visitors.c.id, visitors.c.masked_name, visitors.c.short_number)
        for row in connection.execute(query.where(visitors.c.id.in_(some))):
            found[row.id] = (row.masked_name, row.short_number)
    return found


def _in_parts(values: Iterable[_T]) -> Iterator[list[_T]]:
    """At most so many distinct values at a time: databases limit what one query can name."""
    distinct = list(dict.fromkeys(values))
    return (distinct[at : at + _AT_ONCE] for at in range(0, len(distinct), _AT_ONCE))
