"""Tokens that programs sign in with, and what their calls with an idempotency key answered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from web.db.connecting.connection import Record
from web.db.tables import api_tokens, grants, idempotent_calls


def added(connection: Connection, **values: object) -> None:
    """Keep a new token."""
    connection.execute(insert(api_tokens).values(**values))


def by_secret(connection: Connection, secret_hash: bytes, now_ms: int) -> Record | None:
    """The living token with this secret."""
    query = select(api_tokens).where(
        api_tokens.c.secret_hash == secret_hash,
        api_tokens.c.revoked_ms.is_(None),
        api_tokens.c.expires_ms > now_ms,
    )
    return connection.execute(query).first()


def of_account(connection: Connection, account_id: str) -> Sequence[Record]:
    """The account's tokens that are not revoked, with the role each was made in, the newest first."""
    query = (
        select(api_tokens, grants.c.role, grants.c.ended_ms, grants.c.until_ms)
        .join(grants, grants.c.id == api_tokens.c.grant_id)
        .where(api_tokens.c.account_id == account_id, api_tokens.c.revoked_ms.is_(None))
    )
    return connection.execute(query.order_by(api_tokens.c.created_ms.desc(), api_tokens.c.id)).all()


def count(connection: Connection, account_id: str, now_ms: int) -> int:
    """How many living tokens an account has."""
    query = select(api_tokens.c.id).where(
        api_tokens.c.account_id == account_id,
        api_tokens.c.revoked_ms.is_(None),
        api_tokens.c.expires_ms > now_ms,
    )
    return len(connection.scalars(query).all())


def revoked(connection: Connection, account_id: str, token_id: str, now_ms: int) -> bool:
    """End one of the account's tokens; False when it has no such living token."""
    changed = connection.execute(
        update(api_tokens)
        .where(
            api_tokens.c.id == token_id,
            api_tokens.c.account_id == account_id,
            api_tokens.c.revoked_ms.is_(None),
        )
        .values(revoked_ms=now_ms)
    )
    return changed.rowcount == 1


def used(connection: Connection, token_id: str, now_ms: int, before_ms: int) -> None:
    """Note that a token was used, unless that was noted after `before_ms`."""
    connection.execute(
        update(api_tokens)
        .where(
            api_tokens.c.id == token_id,
            or_(api_tokens.c.used_ms.is_(None), api_tokens.c.used_ms < before_ms),
        )
        .values(used_ms=now_ms)
    )


def call(connection: Connection, token_id: str, key: str) -> Record | None:
    """The call that a token made under a key."""
    query = select(idempotent_calls).where(
        idempotent_calls.c.token_id == token_id, idempotent_calls.c.key == key
    )
    return connection.execute(query).first()


def call_begun(connection: Connection, token_id: str, key: str, call_hash: bytes, now_ms: int) -> bool:
    """Take a key for a call; False when the key is taken, by whichever process."""
    values = {"token_id": token_id, "key": key, "call_hash": call_hash, "created_ms": now_ms}
    try:
        with connection.begin_nested():
            connection.execute(insert(idempotent_calls).values(**values))
    except IntegrityError:
        return False
    return True


def call_answered(connection: Connection, token_id: str, key: str, status: int, sealed: bytes) -> None:
    """Keep what a call answered."""
    connection.execute(
        update(idempotent_calls)
        .where(idempotent_calls.c.token_id == token_id, idempotent_calls.c.key == key)
        .values(status=status, answer_sealed=sealed)
    )


def call_forgotten(connection: Connection, token_id: str, key: str) -> None:
    """Let a key be used again: its call changed nothing."""
    connection.execute(
        delete(idempotent_calls).where(idempotent_calls.c.token_id == token_id, idempotent_calls.c.key == key)
    )


def calls_pruned(connection: Connection, before_ms: int) -> int:
    """Forget the calls that began before a time; returns how many."""
    return connection.execute(
        delete(idempotent_calls).where(idempotent_calls.c.created_ms < before_ms)
    ).rowcount
