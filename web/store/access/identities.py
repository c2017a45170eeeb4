"""Who an OpenID provider says somebody is, and whose account that is."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, delete, insert, select

from web.db.connecting.connection import Record
from web.db.tables import account_identities


def account_of(connection: Connection, issuer: str, subject: str) -> str | None:
    """The id of the account that this identity belongs to."""
    named = and_(account_identities.c.issuer == issuer, account_identities.c.subject == subject)
    return connection.scalar(select(account_identities.c.account_id).where(named))


def added(connection: Connection, **values: object) -> None:
    """Keep an identity of an account."""
    connection.execute(insert(account_identities).values(**values))


def of_account(connection: Connection, account_id: str) -> Sequence[Record]:
    """The identities of an account, the oldest first."""
    mine = account_identities.c.account_id == account_id
    order = (account_identities.c.created_ms, account_identities.c.id)
    return connection.execute(select(account_identities).where(mine).order_by(*order)).all()


def removed(connection: Connection, account_id: str, issuer: str) -> int:
    """Take an account's identities at one provider away; how many there were."""
    mine = and_(account_identities.c.account_id == account_id, account_identities.c.issuer == issuer)
    return connection.execute(delete(account_identities).where(mine)).rowcount


def all_removed(connection: Connection, account_id: str) -> None:
    """Take every identity of an account away, whichever provider it is at."""
    connection.execute(delete(account_identities).where(account_identities.c.account_id == account_id))
