"""Signing keys: public parts in clear, private parts sealed by the key outside the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from web.db.connection import Record
from web.db.tables import signing_keys


def added(connection: Connection, **values: object) -> None:
    """Keep a new key."""
    connection.execute(insert(signing_keys).values(**values))


def place(purpose: str, kid: str) -> str:
    """Where a key's private part is sealed to."""
    return f"signing_keys|{purpose}|{kid}"


def one_of_all(connection: Connection) -> Record | None:
    """One key, whichever; None in a database that was never used."""
    return connection.execute(select(signing_keys).order_by(signing_keys.c.kid).limit(1)).first()


def of_purpose(connection: Connection, purpose: str) -> Sequence[Record]:
    """All keys of a purpose, the newest first."""
    return connection.execute(
        select(signing_keys)
        .where(signing_keys.c.purpose == purpose)
        .order_by(signing_keys.c.not_before_s.desc(), signing_keys.c.kid)
    ).all()
