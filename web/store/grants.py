"""Roles that were given on areas and enterprises: held now, given by whom, and ended."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from web.db.connection import Record
from web.db.tables import accounts, grants
from web.store.accounts import in_force
from web.store.scope import Scope


def held_on(connection: Connection, account_id: str, scope: Scope, now_ms: int) -> list[Record]:
    """The roles that an account, unless it is disabled, holds now on a node or above it, the oldest first."""
    query = select(grants).join(accounts, accounts.c.id == grants.c.account_id)
    mine = accounts.c.id == account_id, accounts.c.disabled_ms.is_(None), in_force(now_ms)
    found = connection.execute(query.where(*mine).order_by(grants.c.from_ms, grants.c.id))
    return [grant for grant in found if _reaches(grant, scope)]


def account_disabled(connection: Connection, account_id: str, now_ms: int | None) -> None:
    """Let an account do nothing any more from a time on, or with None everything again."""
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(disabled_ms=now_ms))


def _reaches(grant: Record, scope: Scope) -> bool:
    if scope.everything:
        return True
    if scope.area_path:
        return bool(grant.area_path) and scope.area_path.startswith(grant.area_path)
    return bool(scope.enterprise_id) and grant.enterprise_id == scope.enterprise_id
