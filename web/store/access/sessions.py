"""Signed-in browsers: the one indexed read of every request, and what ends a session."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from web.db.connecting.connection import Record
from web.db.tables import accounts, grants, sessions
from web.store.access.accounts import in_force


def added(connection: Connection, **values: object) -> None:
    """Keep a new session."""
    connection.execute(insert(sessions).values(**values))


# Asked by every request: built once, for building costs as much as asking.
_BY_SECRET = (
    select(
        sessions,
        accounts.c.login,
        accounts.c.liaison_id,
        accounts.c.totp_ms,
        grants.c.role,
        grants.c.area_path,
        grants.c.enterprise_id,
    )
    .join(accounts, accounts.c.id == sessions.c.account_id)
    .join(grants, and_(grants.c.id == sessions.c.grant_id, grants.c.account_id == sessions.c.account_id))
    .where(
        sessions.c.secret_hash == bindparam("secret_hash"),
        sessions.c.ended_ms.is_(None),
        accounts.c.disabled_ms.is_(None),
        in_force(bindparam("now_ms", type_=BigInteger)),
    )
)


def by_secret(connection: Connection, secret_hash: bytes, now_ms: int) -> Record | None:
    """The session that goes on, with its account and the role it acts in; None without that role."""
    return connection.execute(_BY_SECRET, {"secret_hash": secret_hash, "now_ms": now_ms}).first()


def touched(connection: Connection, session_id: str, now_ms: int) -> None:
    """Note that a session was used."""
    connection.execute(update(sessions).where(sessions.c.id == session_id).values(used_ms=now_ms))


def renewed(connection: Connection, session_id: str, secret_hash: bytes, **values: object) -> bool:
    """Give a session another secret, and what it is from now on; False when it has ended."""
    going_on = and_(sessions.c.id == session_id, sessions.c.ended_ms.is_(None))
    changed = connection.execute(update(sessions).where(going_on).values(secret_hash=secret_hash, **values))
    return changed.rowcount == 1


def of_account(connection: Connection, account_id: str, going_on: ColumnElement[bool]) -> Sequence[Record]:
    """The sessions of an account that meet a condition, the last used first."""
    mine = and_(sessions.c.account_id == account_id, going_on)
    return connection.execute(
        select(sessions).where(mine).order_by(sessions.c.used_ms.desc(), sessions.c.id)
    ).all()


def not_over(now_ms: int, idle_ms: int, absolute_ms: int) -> ColumnElement[bool]:
    """The condition on `sessions` rows that have neither ended nor run out."""
    return and_(
        sessions.c.ended_ms.is_(None),
        sessions.c.used_ms >= now_ms - idle_ms,
        sessions.c.began_ms >= now_ms - absolute_ms,
    )


def ended(connection: Connection, account_id: str, session_id: str, now_ms: int) -> bool:
    """End one session of an account; False when it has none of this id that goes on."""
    named = and_(sessions.c.id == session_id, sessions.c.account_id == account_id)
    return _ended(connection, named, now_ms) == 1


def ended_of(connection: Connection, account_id: str, now_ms: int, *, but: str = "") -> int:
    """End all sessions of an account, but for one; how many there were."""
    return _ended(connection, and_(sessions.c.account_id == account_id, sessions.c.id != but), now_ms)


def ended_in(connection: Connection, grant_id: str, now_ms: int) -> int:
    """End all sessions that act in a grant; how many there were."""
    return _ended(connection, sessions.c.grant_id == grant_id, now_ms)


def forgotten(connection: Connection, now_ms: int, idle_ms: int, absolute_ms: int) -> int:
    """Delete what has ended or run out; how many rows."""
    over = or_(
        sessions.c.ended_ms.is_not(None),
        sessions.c.used_ms < now_ms - idle_ms,
        sessions.c.began_ms < now_ms - absolute_ms,
    )
    return connection.execute(delete(sessions).where(over)).rowcount


def _ended(connection: Connection, which: ColumnElement[bool], now_ms: int) -> int:
    going_on = and_(which, sessions.c.ended_ms.is_(None))
    return connection.execute(update(sessions).where(going_on).values(ended_ms=now_ms)).rowcount
