"""The order of the log's leaves and the checkpoints over them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from web.db.connection import Record
from web.db.tables import checkpoints, leaves, log_sequence
from web.db.turns import Turn, taken


def appended(connection: Connection, new: list[dict[str, object]]) -> None:
    """Keep leaves. One transaction at a time, so that their ids rise in the order of the commits."""
    taken(connection, Turn.APPENDING)
    connection.execute(insert(leaves), new)


def unsequenced(connection: Connection, limit: int) -> Sequence[Record]:
    """Committed leaves that have no index yet, oldest first."""
    # All above the last that has one: looking for holes would read the whole log twice a second.
    placed = select(func.coalesce(func.max(log_sequence.c.leaf_id), 0)).scalar_subquery()
    query = select(leaves.c.id, leaves.c.body).where(leaves.c.id > placed)
    return connection.execute(query.order_by(leaves.c.id).limit(limit)).all()


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
