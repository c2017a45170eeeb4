"""The sequencer: gives committed leaves their index, in order, and signs checkpoints over them."""

from __future__ import annotations

import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.log import Checkpoint, Frontier, leaf_hash, signed_checkpoint
from web.db.connecting.connection import Connection
from web.db.connecting.turns import Turn, taken
from web.services.installation import Installation
from web.services.logs import log_head, log_tree
from web.services.signing_keys import keys
from web.store.logs import log

LEAVES_PER_CHECKPOINT = 256
_GLANCE_S = 0.002
# What waits beyond one checkpoint is placed with it: a commit costs more than to sign once more.
LEAVES_AT_ONCE = 8 * LEAVES_PER_CHECKPOINT


def sequence(inst: Installation) -> int:
    """Place up to `LEAVES_AT_ONCE` waiting leaves, 256 under one checkpoint; returns how many were placed.

    None, as long as the database does not hold all that was signed before (`log_head.trouble`).
    """
    if not inst.ask(lambda connection: log.unsequenced(connection, 1)):
        return 0
    upto = settled(inst)
    # What a crash kept from the file comes first: while it cannot be written, nothing more is signed.
    log_head.kept(inst)
    placed = inst.write(lambda connection: _unless_trouble(connection, inst, upto))
    if placed:
        log_head.kept(inst)
    return placed


def settled(inst: Installation) -> int:
    """The highest id of a leaf below which no further one can appear.

    On PostgreSQL many append at once and commit in another order than their leaves have ids. Whoever has
    an id below the newest that is committed has begun: those are waited for, and nobody waits for this.
    """
    newest, before = inst.read(lambda c: (log.newest(c), log.appending(c)))
    while before and (before := before & inst.ask(log.appending)):
        time.sleep(_GLANCE_S)
    return newest


def _unless_trouble(connection: Connection, inst: Installation, upto: int) -> int:
    taken(connection, Turn.SEQUENCING)
    if log_head.trouble(connection, inst) is not None:
        return 0
    log_head.noted(connection, inst)
    return placed(connection, inst, LEAVES_AT_ONCE, upto)


def placed(connection: Connection, inst: Installation, most: int, upto: int | None = None) -> int:
    """Place up to `most` waiting leaves with ids up to one, and sign, whatever was signed before; how many.

    Without one the caller has the turn to append.
    """
    waiting = log.unsequenced(connection, most, upto)
    if not waiting:
        return 0
    name, _, private = keys.signing(connection, inst, keys.LOG)
    frontier, signed_ms = latest_frontier(connection), inst.now_ms()
    rows: list[tuple[int, int, bytes]] = []
    heads: list[dict[str, object]] = []
    for start in range(0, len(waiting), LEAVES_PER_CHECKPOINT):
        for leaf_id, body in waiting[start : start + LEAVES_PER_CHECKPOINT]:
            hashed = leaf_hash(body)
            rows.append((frontier.size, leaf_id, hashed))
            frontier = frontier.appended(hashed)
        heads.append(
            _head(Checkpoint(name.name, frontier.size, frontier.root()), frontier, private, signed_ms)
        )
    log.sequenced(connection, rows)
    log_tree.grown(connection, frontier.size)
    log.checkpoints_added(connection, heads)
    return len(rows)


def _head(
    checkpoint: Checkpoint, frontier: Frontier, private: Ed25519PrivateKey, signed_ms: int
) -> dict[str, object]:
    return {
        "size": checkpoint.size,
        "peaks": b"".join(frontier.peaks),
        "note": signed_checkpoint(checkpoint, private),
        "signed_ms": signed_ms,
    }


def latest_frontier(connection: Connection) -> Frontier:
    """The tree's right edge as of the newest checkpoint."""
    return log_tree.frontier_of(log.latest_checkpoint(connection))
