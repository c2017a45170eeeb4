"""Accounts of staff, and the roles they were given on places."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, and_, insert, or_, select, update

from web.db.connecting.connection import Record
from web.db.tables import accounts, grants


def by_login(connection: Connection, login: str) -> Record | None:
    """The account that signs in under this name."""
    return connection.execute(select(accounts).where(accounts.c.login == login)).first()


def by_id(connection: Connection, account_id: str) -> Record | None:
    """The account with this id."""
    return connection.execute(select(accounts).where(accounts.c.id == account_id)).first()


def added(connection: Connection, **values: object) -> None:
    """Keep a new account."""
    connection.execute(insert(accounts).values(**values))


def set_password(connection: Connection, account_id: str, password_hash: str) -> None:
    """Change the password; "" takes it away."""
    connection.execute(
        update(accounts).where(accounts.c.id == account_id).values(password_hash=password_hash)
    )


def rehashed(connection: Connection, account_id: str, was: str, password_hash: str) -> None:
    """Keep the same password in another form, unless it was changed meanwhile; sessions go on."""
    unchanged = and_(accounts.c.id == account_id, accounts.c.password_hash == was)
    connection.execute(update(accounts).where(unchanged).values(password_hash=password_hash))


def logins(connection: Connection, identities: Sequence[str]) -> dict[str, str]:
    """The names under which these accounts sign in, by id."""
    found = connection.execute(select(accounts.c.id, accounts.c.login).where(accounts.c.id.in_(identities)))
    return {row.id: row.login for row in found}


def grant_added(connection: Connection, **values: object) -> None:
    """Keep a role that somebody was given on a node."""
    connection.execute(insert(grants).values(**values))


def grants_in_force(connection: Connection, account_id: str, now_ms: int) -> Sequence[Record]:
    """The roles an account holds now, the oldest first."""
    return connection.execute(_of(account_id).where(in_force(now_ms))).all()


def in_force(now_ms: int | BindParameter[int]) -> ColumnElement[bool]:
    """The condition on `grants` rows that hold at a moment."""
    return and_(
        grants.c.from_ms <= now_ms,
        or_(grants.c.until_ms.is_(None), grants.c.until_ms > now_ms),
        grants.c.ended_ms.is_(None),
    )


def _of(account_id: str) -> Select[tuple[object, ...]]:
    return select(grants).where(grants.c.account_id == account_id).order_by(grants.c.from_ms, grants.c.id)
