"""Invitations: links by which people announce themselves; of the link's secret only a hash is kept."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Select, insert, select, update

from domain.credential import APPOINTMENT
from web.db.connecting.connection import Record
from web.db.tables import (
    codes,
    credentials,
    enterprises,
    holds,
    invitations,
    venues,
    visited_areas,
    visitors,
)
from web.store.scope import Scope, visible_enterprises


def added(connection: Connection, **values: object) -> None:
    """Keep a new invitation."""
    connection.execute(insert(invitations).values(**values))


def _with_places() -> Select[tuple[object, ...]]:
    return (
        select(
            invitations,
            enterprises.c.name.label("enterprise_name"),
            venues.c.name.label("venue_name"),
            venues.c.address,
            venues.c.time_zone,
        )
        .join(enterprises, enterprises.c.id == invitations.c.enterprise_id)
        .join(venues, venues.c.id == invitations.c.venue_id, isouter=True)
    )


def rows(
    connection: Connection, scope: Scope, enterprise_id: str, after_ms: int, limit: int
) -> Sequence[Record]:
    """An enterprise's invitations that were not over at a time, withdrawn ones included, newest first."""
    query = _with_places().where(
        invitations.c.enterprise_id == enterprise_id,
        invitations.c.enterprise_id.in_(visible_enterprises(scope)),
        invitations.c.until_ms > after_ms,
    )
    order = (invitations.c.created_ms.desc(), invitations.c.id)
    return connection.execute(query.order_by(*order).limit(limit)).all()


def row(connection: Connection, scope: Scope, invitation_id: str) -> Record | None:
    """One invitation in scope."""
    query = _with_places().where(
        invitations.c.id == invitation_id, invitations.c.enterprise_id.in_(visible_enterprises(scope))
    )
    return connection.execute(query).first()


def by_token(connection: Connection, token_hash: bytes) -> Record | None:
    """The invitation whose link this is."""
    return connection.execute(_with_places().where(invitations.c.token_hash == token_hash)).first()


def used(connection: Connection, invitation_id: str, now_ms: int) -> bool:
    """Count one more use; False when there is none left, or when it is withdrawn or over."""
    free = update(invitations).where(
        invitations.c.id == invitation_id,
        invitations.c.used < invitations.c.most,
        invitations.c.withdrawn_ms.is_(None),
        invitations.c.until_ms > now_ms,
    )
    return connection.execute(free.values(used=invitations.c.used + 1)).rowcount == 1


def withdrawn(connection: Connection, invitation_id: str, now_ms: int) -> None:
    """End an invitation's life; it stays to be seen."""
    ended = update(invitations).where(invitations.c.id == invitation_id, invitations.c.withdrawn_ms.is_(None))
    connection.execute(ended.values(withdrawn_ms=now_ms))


def has_nothing_to_take(connection: Connection, visitor_id: str) -> bool:
    """Whether a visitor typed themselves in, never had a code, and nothing is known of them but visits.

    Only then may somebody who knows the name and the phone be given the link to the visitor's page.
    """
    query = select(visitors.c.id).where(visitors.c.id == visitor_id, visitors.c.source == "self")
    for table in (codes, holds, visited_areas, credentials):
        found = select(table.c.visitor_id).where(table.c.visitor_id == visitor_id)
        if table is credentials:
            found = found.where(credentials.c.kind != APPOINTMENT)
        query = query.where(~found.exists())
    return connection.scalar(query) is not None
