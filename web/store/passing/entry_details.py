"""What stands beside one entry: its gate's name, and what takes it back."""

from __future__ import annotations

from sqlalchemy import Connection, select

from web.db.connecting.connection import Record
from web.db.tables import accounts, entries, entry_people, kiosks, visitors
from web.store.passing.entries import takes_back


def kiosk_name(connection: Connection, device: str) -> str:
    """The name of the kiosk that made an entry; "" when this server made it."""
    return str(connection.scalar(select(kiosks.c.name).where(kiosks.c.id == device)) or "")


def taken_back_by(connection: Connection, entry_id: str) -> tuple[str, ...]:
    """The ids of the entries that take this one back."""
    query = select(entries.c.id).where(*takes_back(entries), entries.c.corrects == entry_id)
    return tuple(connection.scalars(query.order_by(entries.c.true_ms)))


def maker(connection: Connection, entry_id: str) -> str:
    """The login of whoever made an entry by hand; "" for nobody, and once that is forgotten."""
    query = select(accounts.c.login).join(entry_people, entry_people.c.made_by == accounts.c.id)
    return str(connection.scalar(query.where(entry_people.c.entry_id == entry_id)) or "")


def visitor(connection: Connection, visitor_id: str) -> Record | None:
    """The visitor whose entry it was, whatever enterprise registered them."""
    return connection.execute(select(visitors).where(visitors.c.id == visitor_id)).first()
