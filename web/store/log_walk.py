"""The whole log in short reads, as one who checks it needs it: leaves beside what should be the same."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, func, select

from web.db.connection import Record
from web.db.tables import checkpoints, entries, entry_people, leaves, log_sequence


def placed(connection: Connection, low: int, high: int) -> Sequence[Record]:
    """The leaves from index `low` to below `high` with body, entry's row and private record, where there."""
    entry = and_(leaves.c.kind == "entry", entries.c.id == leaves.c.ref)
    query = (
        select(
            log_sequence.c.leaf_index, log_sequence.c.leaf_id, log_sequence.c.leaf_hash,
            leaves.c.kind, leaves.c.ref, leaves.c.body,
            entries, entry_people.c.salt, entry_people.c.record_sealed,
        )
        .select_from(log_sequence)
        .join(leaves, leaves.c.id == log_sequence.c.leaf_id, isouter=True)
        .join(entries, entry, isouter=True)
        .join(entry_people, entry_people.c.entry_id == entries.c.id, isouter=True)
    )  # fmt: skip
    at = log_sequence.c.leaf_index
    return connection.execute(query.where(at >= low, at < high).order_by(at)).all()


def left_out(connection: Connection, limit: int) -> Sequence[int]:
    """Ids of leaves that have no index although a later one has."""
    last = select(func.max(log_sequence.c.leaf_id)).scalar_subquery()
    query = select(leaves.c.id).join(log_sequence, log_sequence.c.leaf_id == leaves.c.id, isouter=True)
    query = query.where(log_sequence.c.leaf_id.is_(None), leaves.c.id < last)
    return list(connection.scalars(query.order_by(leaves.c.id).limit(limit)))


def without_leaf(connection: Connection, limit: int) -> Sequence[str]:
    """Ids of entries that have no leaf."""
    query = select(entries.c.id)
    query = query.join(leaves, and_(leaves.c.ref == entries.c.id, leaves.c.kind == "entry"), isouter=True)
    return list(connection.scalars(query.where(leaves.c.id.is_(None)).order_by(entries.c.id).limit(limit)))


def twice(connection: Connection, limit: int) -> Sequence[str]:
    """Ids of entries that have more than one leaf."""
    query = select(leaves.c.ref).where(leaves.c.kind == "entry").group_by(leaves.c.ref)
    return list(connection.scalars(query.having(func.count() > 1).order_by(leaves.c.ref).limit(limit)))


def checkpoints_above(connection: Connection, size: int, limit: int) -> Sequence[Record]:
    """The next checkpoints of trees larger than `size`."""
    query = select(checkpoints).where(checkpoints.c.size > size)
    return connection.execute(query.order_by(checkpoints.c.size).limit(limit)).all()
