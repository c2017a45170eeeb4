"""Second factors of accounts: the sealed secret, the time step that was used last, and recovery codes."""

from __future__ import annotations

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from web.db.tables import accounts, recovery_codes


def place(account_id: str) -> str:
    """Where an account's secret is sealed to."""
    return f"accounts|totp_sealed|{account_id}"


def put(connection: Connection, account_id: str, sealed: bytes, step: int, now_ms: int) -> None:
    """Keep a secret whose first code was shown, which was of this time step."""
    values = {"totp_sealed": sealed, "totp_step": step, "totp_ms": now_ms}
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(**values))


def removed(connection: Connection, account_id: str) -> None:
    """Forget the secret and the recovery codes."""
    values = {"totp_sealed": None, "totp_step": 0, "totp_ms": None}
    connection.execute(update(accounts).where(accounts.c.id == account_id).values(**values))
    codes_removed(connection, account_id)


def step_taken(connection: Connection, account_id: str, step: int) -> bool:
    """Note that the code of a time step was used; False when it or a later one was before (RFC 6238 §5.2)."""
    fresh = and_(accounts.c.id == account_id, accounts.c.totp_step < step)
    return connection.execute(update(accounts).where(fresh).values(totp_step=step)).rowcount == 1


def codes_removed(connection: Connection, account_id: str) -> None:
    """Forget all recovery codes of an account."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))


def code_added(connection: Connection, **values: object) -> None:
    """Keep a recovery code."""
    connection.execute(insert(recovery_codes).values(**values))


def code_taken(connection: Connection, account_id: str, code_hash: bytes, now_ms: int) -> bool:
    """Note that a recovery code was used; False when there is none such, or it was used before."""
    unused = and_(
        recovery_codes.c.account_id == account_id,
        recovery_codes.c.code_hash == code_hash,
        recovery_codes.c.used_ms.is_(None),
    )
    return connection.execute(update(recovery_codes).where(unused).values(used_ms=now_ms)).rowcount == 1


def codes_left(connection: Connection, account_id: str) -> int:
    """How many recovery codes an account has not used."""
    unused = and_(recovery_codes.c.account_id == account_id, recovery_codes.c.used_ms.is_(None))
    return int(connection.scalar(select(func.count()).select_from(recovery_codes).where(unused)) or 0)
