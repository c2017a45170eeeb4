"""The whole log in short reads, as one who checks it needs it: leaves beside what should be the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from web.db.connecting.connection import Record
from web.db.tables import checkpoints, entries, entry_people, leaves, log_sequence


def placed(connection: Connection, low: int, high: int) -> Sequence[Record]:
    """The leaves from index `low` to below `high` with body, entry's row and private record, where there."""
    at = log_sequence.c.leaf_index
    return connection.execute(_with_rows().where(at >= low, at < high).order_by(at)).all()


def of_entry(connection: Connection, entry_id: str) -> Record | None:
    """The first leaf of an entry that has an index, as `placed` gives it, whatever the entry's row says."""
    query = _with_rows().where(leaves.c.kind == "entry", leaves.c.ref == entry_id)
    return connection.execute(query.order_by(log_sequence.c.leaf_index).limit(1)).first()


def waits(connection: Connection, entry_id: str) -> bool:
    """Whether an entry has a leaf without an index, and none after it has one: it waits for its turn."""
    last = select(func.coalesce(func.max(log_sequence.c.leaf_id), 0)).scalar_subquery()
    query = select(leaves.c.id).where(leaves.c.kind == "entry", leaves.c.ref == entry_id, leaves.c.id > last)
    return connection.scalar(query.limit(1)) is not None


def _with_rows() -> Select[Any]:
    entry = and_(leaves.c.kind == "entry", entries.c.id == leaves.c.ref)
    return (
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
