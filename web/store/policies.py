"""The layers of policies: kept for ever, each version under a number no other one has."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, tuple_

from web.db.connecting.connection import Record
from web.db.tables import policies
from web.store import counters

Place = tuple[str, str]
# An entry of version 1 was decided by the default, before anybody wrote a policy.
_DEFAULT = 1


def added(connection: Connection, place: Place, body: str, account_id: str, created_ms: int) -> int:
    """Keep a new version of the layer at a (level, id); returns its number."""
    version = counters.raised(connection, counters.POLICIES, _DEFAULT)
    kind, identity = place
    connection.execute(
        insert(policies).values(
            scope_kind=kind,
            scope_id=identity,
            version=version,
            body=body,
            account_id=account_id,
            created_ms=created_ms,
        )
    )
    return version


def in_force(
    connection: Connection,
    places: Sequence[Place],
    *,
    at_ms: int | None = None,
    version: int | None = None,
) -> dict[Place, Record]:
    """The newest layer of each place that has one; as it was at a time, or up to a number, when given."""
    query = select(policies).where(tuple_(policies.c.scope_kind, policies.c.scope_id).in_(places))
    if at_ms is not None:
        query = query.where(policies.c.created_ms <= at_ms)
    if version is not None:
        query = query.where(policies.c.version <= version)
    rows = connection.execute(query.order_by(policies.c.version)).all()
    return {(row.scope_kind, row.scope_id): row for row in rows}


def history(connection: Connection, place: Place) -> Sequence[Record]:
    """Every version of the layer at a place, newest first."""
    kind, identity = place
    query = select(policies).where(policies.c.scope_kind == kind, policies.c.scope_id == identity)
    return connection.execute(query.order_by(policies.c.version.desc())).all()
