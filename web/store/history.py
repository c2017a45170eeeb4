"""Passages and codes over all time, for many visitors in few queries."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from web.db.connection import Record
from web.db.tables import codes, entries, entry_people
from web.store.entries import taken_back
from web.store.filtering import unindexed


def code_rows(connection: Connection, ctis: Sequence[str]) -> Sequence[Record]:
    """Whose these codes are, when they end and when they were withdrawn."""
    query = select(codes)
    return connection.execute(query.where(codes.c.cti.in_(ctis))).all()


def passages(
    connection: Connection, venue_id: str, visitor_ids: Sequence[str], since_ms: int, until_ms: int
) -> Sequence[Record]:
    """When these visitors were admitted at a venue in `since_ms` ≤ t < `until_ms`, in or out, in order."""
    query = (
        select(
            entry_people.c.visitor_id,
            entries.c.id,
            entries.c.device,
            entries.c.seq,
            entries.c.entrance_id,
            entries.c.direction,
            entries.c.true_ms,
            entries.c.time_quality,
            entries.c.received_ms,
            entries.c.policy_version,
            taken_back().label("taken_back"),
        )
        .join(entries, entries.c.id == entry_people.c.entry_id)
        .where(
            entry_people.c.visitor_id.in_(visitor_ids),
            entry_people.c.at_ms >= since_ms,
            entry_people.c.at_ms < until_ms,
            # By the visitors' own times: SQLite would rather read all that the venue ever saw.
            unindexed(entries.c.venue_id) == venue_id,
            entries.c.outcome == "admitted",
        )
    )
    return connection.execute(query.order_by(entries.c.true_ms, entries.c.id)).all()


def people_of(connection: Connection, entry_ids: Sequence[str]) -> Sequence[Record]:
    """Whose entries these are and when they were."""
    query = select(entry_people.c.entry_id, entry_people.c.visitor_id, entry_people.c.at_ms)
    return connection.execute(query.where(entry_people.c.entry_id.in_(entry_ids))).all()


def numbered(connection: Connection, device: str, seqs: Sequence[int]) -> Sequence[Record]:
    """A device's entries with these numbers."""
    query = select(entries.c.id, entries.c.seq, entries.c.at_ms, entries.c.received_ms, entries.c.clock)
    return connection.execute(query.where(entries.c.device == device, entries.c.seq.in_(seqs))).all()
