"""Links by which staff choose their own password: for somebody new, or back in for somebody known."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from web.db.connecting.connection import Record
from web.db.tables import areas, enterprises, staff_invitations
from web.store.access.grants import node_visible
from web.store.scope import Scope


def added(connection: Connection, **values: object) -> None:
    """Keep a new invitation."""
    connection.execute(insert(staff_invitations).values(**values))


def open_by_token(connection: Connection, token_hash: bytes, now_ms: int) -> Record | None:
    """The invitation of a link that can still be used, with its place's name."""
    names = areas.c.name.label("area_name"), enterprises.c.name.label("enterprise_name")
    query = (
        select(staff_invitations, *names)
        .join(areas, areas.c.path == staff_invitations.c.area_path, isouter=True)
        .join(enterprises, enterprises.c.id == staff_invitations.c.enterprise_id, isouter=True)
    )
    named = staff_invitations.c.token_hash == token_hash
    return connection.execute(query.where(named, _is_open(now_ms))).first()


def by_token(connection: Connection, token_hash: bytes) -> Record | None:
    """The invitation of a link, whether or not it can still be used."""
    named = staff_invitations.c.token_hash == token_hash
    return connection.execute(select(staff_invitations).where(named)).first()


def open_in(connection: Connection, scope: Scope, now_ms: int, limit: int) -> Sequence[Record]:
    """Invitations of somebody new to nodes in scope that can still be used, the newest first."""
    names = areas.c.name.label("area_name"), enterprises.c.name.label("enterprise_name")
    here = node_visible(scope, staff_invitations.c.area_path, staff_invitations.c.enterprise_id)
    query = (
        select(staff_invitations, *names)
        .join(areas, areas.c.path == staff_invitations.c.area_path, isouter=True)
        .join(enterprises, enterprises.c.id == staff_invitations.c.enterprise_id, isouter=True)
        .where(here, _is_open(now_ms), staff_invitations.c.account_id == "")
    )
    return connection.execute(query.order_by(staff_invitations.c.created_ms.desc()).limit(limit)).all()


def used(connection: Connection, invitation_id: str, now_ms: int) -> bool:
    """Use a link up; False when somebody was faster, or it is over."""
    named = and_(staff_invitations.c.id == invitation_id, _is_open(now_ms))
    return connection.execute(update(staff_invitations).where(named).values(used_ms=now_ms)).rowcount == 1


def withdrawn(connection: Connection, scope: Scope, invitation_id: str, now_ms: int) -> bool:
    """End a link to a node in scope; False when there is none that can still be used."""
    here = node_visible(scope, staff_invitations.c.area_path, staff_invitations.c.enterprise_id)
    named = and_(staff_invitations.c.id == invitation_id, here, _is_open(now_ms))
    return (
        connection.execute(update(staff_invitations).where(named).values(withdrawn_ms=now_ms)).rowcount == 1
    )


def withdrawn_of(connection: Connection, account_id: str, now_ms: int) -> None:
    """End all links back in of an account."""
    named = and_(staff_invitations.c.account_id == account_id, _is_open(now_ms))
    connection.execute(update(staff_invitations).where(named).values(withdrawn_ms=now_ms))


def _is_open(now_ms: int) -> ColumnElement[bool]:
    return and_(
        staff_invitations.c.used_ms.is_(None),
        staff_invitations.c.withdrawn_ms.is_(None),
        staff_invitations.c.until_ms > now_ms,
    )
