"""The sequencer: gives committed leaves their index, in order, and signs checkpoints over them."""

from __future__ import annotations

from domain.log import Checkpoint, Frontier, leaf_hash, signed_checkpoint
from web.db.connection import Connection
from web.db.turns import Turn, taken
from web.services import keys
from web.services.installation import Installation
from web.store import log

LEAVES_PER_CHECKPOINT = 256
_HASH_BYTES = 32


def sequence(inst: Installation) -> int:
    """Place up to 256 waiting leaves under one new checkpoint; returns how many were placed."""
    if not inst.read(lambda connection: log.unsequenced(connection, 1)):
        return 0
    return inst.write(lambda connection: _placed(connection, inst))


def _placed(connection: Connection, inst: Installation) -> int:
    taken(connection, Turn.SEQUENCING)
    waiting = log.unsequenced(connection, LEAVES_PER_CHECKPOINT)
    if not waiting:
        return 0
    frontier = latest_frontier(connection)
    placed: list[dict[str, object]] = []
    for leaf_id, body in waiting:
        hashed = leaf_hash(body)
        placed.append({"leaf_index": frontier.size, "leaf_id": leaf_id, "leaf_hash": hashed})
        frontier = frontier.appended(hashed)
    log.sequenced(connection, placed)
    name, _, private = keys.signing(connection, inst, keys.LOG)
    checkpoint = Checkpoint(name.name, frontier.size, frontier.root())
    log.checkpoint_added(
        connection,
        size=frontier.size,
        peaks=b"".join(frontier.peaks),
        note=signed_checkpoint(checkpoint, private),
        signed_ms=inst.now_ms(),
    )
    return len(placed)


def latest_frontier(connection: Connection) -> Frontier:
    """The tree's right edge as of the newest checkpoint."""
    row = log.latest_checkpoint(connection)
    if row is None:
        return Frontier()
    peaks = tuple(row.peaks[at : at + _HASH_BYTES] for at in range(0, len(row.peaks), _HASH_BYTES))
    return Frontier(row.size, peaks)
