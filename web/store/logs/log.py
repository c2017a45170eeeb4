"""The order of the log's leaves, the hashes over them, and the checkpoints that sign them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from web.db.connecting.connection import Record
from web.db.connecting.turns import Turn, shared, sharing
from web.db.months import log_months
from web.db.statements.inserting import Insertion
from web.db.tables import checkpoints, entries, leaves, log_nodes, log_sequence

_LEAF = Insertion(leaves, ("kind", "ref", "body"))
_PLACE = Insertion(log_sequence, ("leaf_index", "leaf_id", "leaf_hash"))


def appended(connection: Connection, new: list[dict[str, object]]) -> None:
    """Keep leaves. Several transactions may do so at once (`sequencing.settled`)."""
    shared(connection, Turn.APPENDING)
    _LEAF.run(connection, [(one["kind"], one["ref"], one["body"]) for one in new])


def newest(connection: Connection) -> int:
    """The highest id of a committed leaf."""
    return int(connection.scalar(select(func.max(leaves.c.id))) or 0)


def appending(connection: Connection) -> frozenset[str]:
    """Who may still commit leaves with ids below the highest; none where one writes at a time."""
    return sharing(connection, Turn.APPENDING)


def unsequenced(connection: Connection, limit: int, upto: int | None = None) -> Sequence[Record]:
    """Committed leaves that have no index yet, oldest first; only those with ids up to one."""
    # All above the last that has one: looking for holes would read the whole log twice a second.
    placed = select(func.coalesce(func.max(log_sequence.c.leaf_id), 0)).scalar_subquery()
    query = select(leaves.c.id, leaves.c.body).where(leaves.c.id > placed)
    if upto is not None:
        query = query.where(leaves.c.id <= upto)
    return connection.execute(query.order_by(leaves.c.id).limit(limit)).all()


def waiting(connection: Connection) -> int:
    """How many committed leaves have no index yet."""
    placed = select(func.coalesce(func.max(log_sequence.c.leaf_id), 0)).scalar_subquery()
    return int(connection.scalar(select(func.count()).where(leaves.c.id > placed)) or 0)


def sequenced(connection: Connection, placed: Sequence[tuple[int, int, bytes]]) -> None:
    """Give leaves their indexes: (index, id of the leaf, its hash)."""
    _PLACE.run(connection, placed)


def checkpoints_added(connection: Connection, signed: list[dict[str, object]]) -> None:
    """Keep signed checkpoints."""
    connection.execute(insert(checkpoints), signed)


def latest_checkpoint(connection: Connection) -> Record | None:
    """The checkpoint of the largest tree."""
    return connection.execute(select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)).first()


def checkpoint_of(connection: Connection, size: int) -> Record | None:
    """The checkpoint of a tree of this size."""
    return connection.execute(select(checkpoints).where(checkpoints.c.size == size)).first()


def size(connection: Connection) -> int:
    """How many leaves have an index: all below the newest one's."""
    # By what months are parted by: they are asked from the newest on, until one has any.
    newest = select(log_sequence.c.leaf_index).order_by(log_sequence.c.leaf_id.desc()).limit(1)
    found = connection.scalar(newest)
    return 0 if found is None else int(found) + 1


def leaf_of(connection: Connection, kind: str, ref: str) -> Record | None:
    """The first leaf of a kind about something, and its index, None while it waits for one."""
    # Not joined: PostgreSQL would join month with month, and so look into each.
    place = select(log_sequence.c.leaf_index).where(log_sequence.c.leaf_id == leaves.c.id)
    query = select(leaves.c.id, leaves.c.body, place.scalar_subquery().label("leaf_index"))
    query = query.where(leaves.c.kind == kind, leaves.c.ref == ref)
    if kind == "entry":
        month = select(entries.c.leaf_month).where(entries.c.id == ref)
        query = query.where(log_months.of_month(month.scalar_subquery()))
    return connection.execute(query.order_by(leaves.c.id).limit(1)).first()


def tile(connection: Connection, level: int, low: int, high: int) -> list[bytes]:
    """Hashes from `low` to below `high`, those that are there: of leaves at level 0, above of full tiles."""
    if level == 0:
        at = log_sequence.c.leaf_index
        query = select(log_sequence.c.leaf_hash)
    else:
        at = log_nodes.c.node_index
        query = select(log_nodes.c.node_hash).where(log_nodes.c.level == level)
    return list(connection.scalars(query.where(at >= low, at < high).order_by(at)))


def bodies(connection: Connection, low: int, high: int) -> list[bytes]:
    """The leaves from index `low` to below `high`, as many as there are."""
    at = log_sequence.c.leaf_index
    query = select(leaves.c.body).join(log_sequence, log_sequence.c.leaf_id == leaves.c.id)
    return list(connection.scalars(query.where(at >= low, at < high).order_by(at)))


def node_count(connection: Connection, level: int) -> int:
    """How many full tiles have their root at a level."""
    newest = select(func.max(log_nodes.c.node_index)).where(log_nodes.c.level == level)
    found = connection.scalar(newest)
    return 0 if found is None else int(found) + 1


def nodes_added(connection: Connection, made: list[dict[str, object]]) -> None:
    """Keep the roots of full tiles."""
    connection.execute(insert(log_nodes), made)
