"""The order of the log's leaves and the checkpoints over them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from web.db.connection import Record
from web.db.tables import checkpoints, leaves, log_sequence


def unsequenced(connection: Connection, limit: int) -> Sequence[Record]:
    """Committed leaves that have no index yet, oldest first."""
    return connection.execute(
        select(leaves.c.id, leaves.c.body)
        .join(log_sequence, log_sequence.c.leaf_id == leaves.c.id, isouter=True)
        .where(log_sequence.c.leaf_id.is_(None))
        .order_by(leaves.c.id)
        .limit(limit)
    ).all()


def sequenced(connection: Connection, placed: list[dict[str, object]]) -> None:
    """Give leaves their indexes."""
    connection.execute(insert(log_sequence), placed)


def checkpoint_added(connection: Connection, **values: object) -> None:
    """Keep a signed checkpoint."""
    connection.execute(insert(checkpoints).values(**values))


def latest_checkpoint(connection: Connection) -> Record | None:
    """The checkpoint of the largest tree."""
    return connection.execute(select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)).first()


def size(connection: Connection) -> int:
    """How many leaves have an index."""
    return int(connection.scalar(select(func.count()).select_from(log_sequence)) or 0)
