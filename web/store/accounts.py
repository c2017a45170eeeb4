"""Accounts of staff."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, update

from web.db.connection import Record
from web.db.tables import accounts


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
    """Change the password and end all sessions that began before."""
    connection.execute(
        update(accounts)
        .where(accounts.c.id == account_id)
        .values(password_hash=password_hash, session_epoch=accounts.c.session_epoch + 1)
    )


def logins(connection: Connection, identities: Sequence[str]) -> dict[str, str]:
    """The names under which these accounts sign in, by id."""
    found = connection.execute(select(accounts.c.id, accounts.c.login).where(accounts.c.id.in_(identities)))
    return {row.id: row.login for row in found}
