"""The sequencer: gives committed leaves their index, in order, and signs checkpoints over them."""

from __future__ import annotations

from domain.log import Checkpoint, Frontier, leaf_hash, signed_checkpoint
from web.db.connection import Connection
from web.db.turns import Turn, taken
from web.services import keys
from web.services.installation import Installation
from web.services.logs import log_head, log_tree
from web.store import log

LEAVES_PER_CHECKPOINT = 256


def sequence(inst: Installation) -> int:
    """Place up to 256 waiting leaves under one new checkpoint; returns how many were placed.

    None, as long as the database does not hold all that was signed before (`log_head.trouble`).
    """
    if not inst.read(lambda connection: log.unsequenced(connection, 1)):
        return 0
    # What a crash kept from the file comes first: while it cannot be written, nothing more is signed.
    log_head.kept(inst)
    placed = inst.write(lambda connection: _unless_trouble(connection, inst))
    if placed:
        log_head.kept(inst)
    return placed


def _unless_trouble(connection: Connection, inst: Installation) -> int:
    taken(connection, Turn.SEQUENCING)
    if log_head.trouble(connection, inst) is not None:
        return 0
    log_head.noted(connection, inst)
    return placed(connection, inst, LEAVES_PER_CHECKPOINT)


def placed(connection: Connection, inst: Installation, most: int) -> int:
    """Place up to `most` waiting leaves and sign, whatever was signed before; returns how many."""
    waiting = log.unsequenced(connection, most)
    if not waiting:
        return 0
    frontier = latest_frontier(connection)
    rows: list[dict[str, object]] = []
    for leaf_id, body in waiting:
        hashed = leaf_hash(body)
        rows.append({"leaf_index": frontier.size, "leaf_id": leaf_id, "leaf_hash": hashed})
        frontier = frontier.appended(hashed)
    log.sequenced(connection, rows)
    log_tree.grown(connection, frontier.size)
    name, _, private = keys.signing(connection, inst, keys.LOG)
    checkpoint = Checkpoint(name.name, frontier.size, frontier.root())
    log.checkpoint_added(
        connection,
        size=frontier.size,
        peaks=b"".join(frontier.peaks),
        note=signed_checkpoint(checkpoint, private),
        signed_ms=inst.now_ms(),
    )
    return len(rows)


def latest_frontier(connection: Connection) -> Frontier:
    """The tree's right edge as of the newest checkpoint."""
    return log_tree.frontier_of(log.latest_checkpoint(connection))
