"""Roles that were given on areas and enterprises: held now, given by whom, and ended."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, true, update

from domain.access import Role
from web.db.connecting.connection import Record
from web.db.tables import accounts, areas, enterprises, grants
from web.store.access.accounts import in_force
from web.store.scope import PROGRAM, Scope, visible_enterprises


def held_on(connection: Connection, account_id: str, scope: Scope, now_ms: int) -> list[Record]:
    """The roles that an account, unless it is disabled, holds now on a node or above it, the oldest first."""
    query = select(grants).join(accounts, accounts.c.id == grants.c.account_id)
    mine = accounts.c.id == account_id, accounts.c.disabled_ms.is_(None), in_force(now_ms)
    found = connection.execute(query.where(*mine).order_by(grants.c.from_ms, grants.c.id)).all()
    path = scope.area_path or _path_of(connection, scope.enterprise_id)
    return [grant for grant in found if _reaches(grant, scope, path)]


def rows_in(connection: Connection, scope: Scope, limit: int) -> Sequence[Record]:
    """Roles on the nodes in scope with whose they are, those that are not over first."""
    return connection.execute(
        _shown(scope)
        .order_by(grants.c.ended_ms.is_not(None), accounts.c.login, grants.c.from_ms)
        .limit(limit)
    ).all()


def row(connection: Connection, scope: Scope, grant_id: str) -> Record | None:
    """One role on a node in scope, with whose it is."""
    return connection.execute(_shown(scope).where(grants.c.id == grant_id)).first()


def of_account(connection: Connection, account_id: str, now_ms: int) -> Sequence[Record]:
    """The roles that somebody holds now or will hold, with the places' names."""
    later = or_(grants.c.until_ms.is_(None), grants.c.until_ms > now_ms)
    mine = and_(grants.c.account_id == account_id, grants.c.ended_ms.is_(None), later)
    return connection.execute(_shown(PROGRAM).where(mine).order_by(grants.c.from_ms, grants.c.id)).all()


def ended(connection: Connection, grant_id: str, by: str, now_ms: int) -> bool:
    """End a role; False when it is over already."""
    going_on = and_(grants.c.id == grant_id, grants.c.ended_ms.is_(None))
    changed = connection.execute(update(grants).where(going_on).values(ended_ms=now_ms, ended_by=by))
    return changed.rowcount == 1


def lasting_admins(connection: Connection, top_path: str, now_ms: int) -> Sequence[Record]:
    """The roles of administrators on the top area that hold now and have no end, of accounts not disabled."""
    query = select(grants).join(accounts, accounts.c.id == grants.c.account_id)
    lasting = and_(grants.c.role == Role.ADMIN.value, grants.c.area_path == top_path)
    return connection.execute(
        query.where(lasting, in_force(now_ms), grants.c.until_ms.is_(None), accounts.c.disabled_ms.is_(None))
    ).all()


def liaison_tied(connection: Connection, account_id: str, liaison_id: str) -> None:
    """Say which liaison an account is; "" for none."""
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(liaison_id=liaison_id))


def account_disabled(connection: Connection, account_id: str, now_ms: int | None) -> None:
    """Let an account do nothing any more from a time on, or with None everything again."""
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(disabled_ms=now_ms))


def _shown(scope: Scope) -> Select[tuple[object, ...]]:
    columns = accounts.c.login, accounts.c.disabled_ms, accounts.c.liaison_id, accounts.c.totp_ms
    names = areas.c.name.label("area_name"), enterprises.c.name.label("enterprise_name")
    return (
        select(grants, *columns, *names)
        .join(accounts, accounts.c.id == grants.c.account_id)
        .join(areas, areas.c.path == grants.c.area_path, isouter=True)
        .join(enterprises, enterprises.c.id == grants.c.enterprise_id, isouter=True)
        .where(node_visible(scope, grants.c.area_path, grants.c.enterprise_id))
    )


def node_visible(
    scope: Scope, area_path: ColumnElement[str], enterprise_id: ColumnElement[str]
) -> ColumnElement[bool]:
    """Whether a row stands for a node in scope: an area of the subtree, or an enterprise."""
    if scope.everything:
        return true()
    below = enterprise_id.in_(visible_enterprises(scope))
    if not scope.area_path:
        return below
    return or_(area_path.startswith(scope.area_path, autoescape=True), below)


def _path_of(connection: Connection, enterprise_id: str) -> str:
    """The path of the area that an enterprise is in; "" for none."""
    home = select(areas.c.path).join(enterprises, enterprises.c.area_id == areas.c.id)
    return connection.scalar(home.where(enterprises.c.id == enterprise_id)) or "" if enterprise_id else ""


def _reaches(grant: Record, scope: Scope, path: str) -> bool:
    """Whether a role's node is the scope's or above it; `path` is the area that the scope is or lies in."""
    above = bool(grant.area_path) and path.startswith(grant.area_path)
    return (
        scope.everything
        or above
        or (bool(scope.enterprise_id) and grant.enterprise_id == scope.enterprise_id)
    )
