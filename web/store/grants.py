"""Roles that were given on areas and enterprises: held now, given by whom, and ended."""

from __future__ import annotations

from sqlalchemy import Connection, select

from web.db.tables import accounts, grants
from web.store.accounts import in_force
from web.store.scope import Scope


def roles_on(connection: Connection, account_id: str, scope: Scope, now_ms: int) -> list[str]:
    """The roles that an account, unless it is disabled, holds now on exactly this node."""
    found = connection.execute(
        select(grants.c.role)
        .join(accounts, accounts.c.id == grants.c.account_id)
        .where(
            accounts.c.id == account_id,
            accounts.c.disabled_ms.is_(None),
            in_force(now_ms),
            grants.c.area_path == scope.area_path,
            grants.c.enterprise_id == (scope.enterprise_id or None),
        )
    )
    return [row.role for row in found]
