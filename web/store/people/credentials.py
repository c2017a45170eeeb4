"""Credentials of visitors: kept, found again, withdrawn; what was known when stays to be seen."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select, update

from web.db.connecting.connection import Record
from web.db.tables import credentials, visitors
from web.store.scope import Scope, visible_enterprises


def visitors_locked(connection: Connection, scope: Scope, visitor_ids: Sequence[str]) -> set[str]:
    """Which of these are visitors in scope; until the transaction ends nobody else changes what they have.

    SQLite has one writer in any case.
    """
    query = select(visitors.c.id).where(
        visitors.c.id.in_(visitor_ids), visitors.c.enterprise_id.in_(visible_enterprises(scope))
    )
    return {str(found) for found in connection.scalars(query.order_by(visitors.c.id).with_for_update())}


def added(connection: Connection, **values: object) -> None:
    """Keep a new credential."""
    connection.execute(insert(credentials).values(**values))


def rows(connection: Connection, scope: Scope, visitor_id: str) -> Sequence[Record]:
    """All of one visitor in scope, newest first, withdrawn ones included."""
    query = (
        select(credentials)
        .join(visitors, visitors.c.id == credentials.c.visitor_id)
        .where(
            credentials.c.visitor_id == visitor_id, visitors.c.enterprise_id.in_(visible_enterprises(scope))
        )
        .order_by(credentials.c.created_ms.desc(), credentials.c.id)
    )
    return connection.execute(query).all()


def row(connection: Connection, visitor_id: str, credential_id: str) -> Record | None:
    """One credential of a visitor that was not withdrawn."""
    query = select(credentials).where(
        credentials.c.id == credential_id,
        credentials.c.visitor_id == visitor_id,
        credentials.c.withdrawn_ms.is_(None),
    )
    return connection.execute(query).first()


def standing(connection: Connection, visitor_ids: Sequence[str]) -> Sequence[Record]:
    """Credentials of these visitors that were not withdrawn."""
    query = select(credentials).where(
        credentials.c.visitor_id.in_(visitor_ids), credentials.c.withdrawn_ms.is_(None)
    )
    return connection.execute(query.order_by(credentials.c.created_ms, credentials.c.id)).all()


def same(connection: Connection, visitor_id: str, kind: str, since_ms: int | None) -> Record | None:
    """The visitor's credential of this kind and beginning that was not withdrawn."""
    query = select(credentials).where(
        credentials.c.visitor_id == visitor_id,
        credentials.c.kind == kind,
        credentials.c.since_ms.is_not_distinct_from(since_ms),
        credentials.c.withdrawn_ms.is_(None),
    )
    return connection.execute(query.limit(1)).first()


def withdrawn(connection: Connection, credential_id: str, now_ms: int) -> None:
    """End a credential's life; it stays to be seen."""
    connection.execute(
        update(credentials).where(credentials.c.id == credential_id).values(withdrawn_ms=now_ms)
    )


def unseen(connection: Connection, visitor_id: str) -> int:
    """How many declarations of a visitor wait for staff."""
    query = select(func.count()).where(
        credentials.c.visitor_id == visitor_id,
        credentials.c.verified == 0,
        credentials.c.withdrawn_ms.is_(None),
    )
    return int(connection.scalar(query) or 0)
