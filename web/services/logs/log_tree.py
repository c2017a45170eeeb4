"""The log's tree as it is stored: tiles of 256 hashes, from which any proof takes a few short reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from domain.errors import UnavailableError
from domain.log import Frontier
from domain.proof import (
    HASH_BYTES,
    Node,
    NodeReader,
    consistency_proof,
    inclusion_proof,
    peaks_of,
    subtree_root,
)
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.settings import SITE_COMMAND
from web.store.logs import log

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT


def frontier_of(row: Record | None) -> Frontier:
    """The right edge of a checkpoint's tree; without a checkpoint that of nothing."""
    if row is None:
        return Frontier()
    peaks = tuple(row.peaks[at : at + HASH_BYTES] for at in range(0, len(row.peaks), HASH_BYTES))
    return Frontier(row.size, peaks)


def grown(connection: Connection, size: int) -> None:
    """Keep the roots of the tiles that are full in a log of `size` leaves and have none yet."""
    level = 1
    while (full := size >> TILE_HEIGHT * level) > 0:
        made: list[dict[str, object]] = []
        for index in range(log.node_count(connection, level), full):
            hashes = log.tile(connection, level - 1, index * TILE_WIDTH, (index + 1) * TILE_WIDTH)
            made.append({"level": level, "node_index": index, "node_hash": subtree_root(hashes)})
        if made:
            log.nodes_added(connection, made)
        level += 1


def included(connection: Connection, index: int, checkpoint: Record) -> tuple[bytes, ...]:
    """The proof that a leaf is in the tree of a checkpoint."""
    return inclusion_proof(index, checkpoint.size, reader(connection, checkpoint))


def grew(connection: Connection, old: int, checkpoint: Record) -> tuple[bytes, ...]:
    """The proof that the tree of a checkpoint begins with that of `old` leaves."""
    return consistency_proof(old, checkpoint.size, reader(connection, checkpoint))


def reader(connection: Connection, checkpoint: Record) -> NodeReader:
    """Reads subtrees of a checkpoint's tree: its right edge is kept with it, the rest is in tiles.

    UnavailableError, also while reading, where hashes are missing.
    """
    nodes, peaks = peaks_of(checkpoint.size), frontier_of(checkpoint).peaks
    if len(nodes) != len(peaks):
        raise _missing()
    return partial(_read, connection, dict(zip(nodes, peaks, strict=True)))


def _read(connection: Connection, edge: Mapping[Node, bytes], nodes: Sequence[Node]) -> Mapping[Node, bytes]:
    tiles: dict[tuple[int, int], list[bytes]] = {}
    return {node: edge[node] if node in edge else _node(connection, tiles, node) for node in nodes}


def _node(connection: Connection, tiles: dict[tuple[int, int], list[bytes]], node: Node) -> bytes:
    level, height = divmod(node.height, TILE_HEIGHT)
    width = 1 << height
    low = node.index << height
    place = (level, low // TILE_WIDTH)
    if place not in tiles:
        start = place[1] * TILE_WIDTH
        tiles[place] = log.tile(connection, level, start, start + TILE_WIDTH)
    at = low % TILE_WIDTH
    part = tiles[place][at : at + width]
    if len(part) != width:
        raise _missing()
    return subtree_root(part)


def _missing() -> UnavailableError:
    return UnavailableError(
        Sentence(
            f"Hashes of the log are missing. Run {SITE_COMMAND} log fsck.",
            f"日志缺少哈希值，请运行 {SITE_COMMAND} log fsck。",
        )
    )
