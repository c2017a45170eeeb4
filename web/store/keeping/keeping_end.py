"""The end of a site: everybody's rows, staff's too, in pieces; and what of the log goes into the archive."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, select, update

from web.db.connecting.connection import Record
from web.db.tables import metadata

# Before what they refer to.
PEOPLE = (
    *("entry_people", "stays", "visitor_terms", "codes", "credentials", "holds", "visited_areas", "visits"),
    *(
        "invitations",
        "looks",
        "subject_requests",
        "visitors",
        "forgotten_visitors",
        "deed_subjects",
        "traces",
    ),
    *("saved_filters", "exports", "export_plans", "roll_marks", "quarantine", "deliveries", "webhooks"),
    *("idempotent_calls", "api_tokens", "sessions", "recovery_codes", "account_identities"),
    *("staff_invitations", "legal_holds", "place_imports", "poster_uses", "place_pictures", "notices"),
)
# Columns that name people in rows that stay, with what takes their place.
EMPTIED: dict[str, dict[str, object]] = {
    "enterprises": {"contact_name_sealed": None, "contact_phone_sealed": None, "liaison_id": None},
    "accounts": {"password_hash": "", "totp_sealed": None},
    "liaisons": {"name_sealed": b"", "phone_sealed": b"", "digest": b""},
}


def erased(connection: Connection, table_name: str, limit: int) -> int:
    """Delete rows of a table, at most `limit`; how many."""
    table = metadata.tables[table_name]
    keys = list(table.primary_key.columns)
    first = keys[0]
    if len(keys) > 1:
        return connection.execute(delete(table)).rowcount
    due = select(first).limit(limit)
    return connection.execute(delete(table).where(first.in_(due))).rowcount


def emptied(connection: Connection, now_ms: int) -> int:
    """Take names out of rows that stay, and let nobody sign in any more; how many accounts there were."""
    for name, values in EMPTIED.items():
        table = metadata.tables[name]
        connection.execute(update(table).values(**values))
    accounts = metadata.tables["accounts"]
    renaming = update(accounts).values(login=accounts.c.id, disabled_ms=now_ms)
    return connection.execute(renaming).rowcount


def kiosks(connection: Connection) -> Sequence[Record]:
    """The kiosks that are not withdrawn, with what waits in them by their last word."""
    table = metadata.tables["kiosks"]
    return connection.execute(select(table).where(table.c.revoked_ms.is_(None))).all()


def leaves(connection: Connection, after: int, limit: int) -> Sequence[Record]:
    """Leaves in the order of the log, after an index (-1: from the first)."""
    sequence, table = metadata.tables["log_sequence"], metadata.tables["leaves"]
    query = (
        select(sequence.c.leaf_index, table.c.body)
        .join(table, table.c.id == sequence.c.leaf_id)
        .where(sequence.c.leaf_index > after)
        .order_by(sequence.c.leaf_index)
    )
    return connection.execute(query.limit(limit)).all()


def last_head(connection: Connection) -> bytes:
    """The newest signed head of the log; b"" before the first."""
    table = metadata.tables["checkpoints"]
    return bytes(connection.scalar(select(table.c.note).order_by(table.c.size.desc()).limit(1)) or b"")


def keys_erased(connection: Connection) -> int:
    """Delete every signing key; how many."""
    return connection.execute(delete(metadata.tables["signing_keys"])).rowcount


def holds_in_force(connection: Connection) -> int:
    """How many legal holds forbid the end."""
    table = metadata.tables["legal_holds"]
    query = select(func.count()).select_from(table).where(table.c.lifted_ms.is_(None))
    return int(connection.scalar(query) or 0)
