"""A log of many leaves for the bench, written straight into its tables: hashes and their tree."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from domain.log import Checkpoint, Frontier, signed_checkpoint
from domain.proof import subtree_root
from web.services.installation import Installation
from web.services.logs.log_tree import TILE_HEIGHT, TILE_WIDTH
from web.services.signing_keys import keys

_CHUNK = 256 * TILE_WIDTH


def leaf_of(index: int) -> bytes:
    """The leaf that stands at an index of the synthetic log."""
    return b'{"leaf":%d}' % index


def filled(database: Path, inst: Installation, leaves: int) -> None:
    """Write the hashes of `leaves` leaves, the roots of their tiles and one checkpoint over all.

    The leaves themselves are not kept: a proof is made of hashes alone.
    """
    roots: list[bytes] = []
    with closing(sqlite3.connect(database)) as connection:
        # Rows of `leaves` are left out, and nobody else has this file.
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        for start, hashes in _chunks(leaves):
            rows = ((start + n, start + n + 1, hashed) for n, hashed in enumerate(hashes))
            connection.executemany("INSERT INTO log_sequence VALUES (?, ?, ?)", rows)
            roots += _tiles(hashes)
            connection.commit()
        level = 1
        tiles = roots[: leaves >> TILE_HEIGHT]
        while tiles:
            named = [(level, index, root) for index, root in enumerate(tiles)]
            connection.executemany("INSERT INTO log_nodes VALUES (?, ?, ?)", named)
            tiles, level = _tiles(tiles, whole=True), level + 1
        connection.commit()
        frontier = _frontier(leaves, roots)
        name, _, private = inst.read(lambda reading: keys.signing(reading, inst, keys.LOG))
        note = signed_checkpoint(Checkpoint(name.name, leaves, frontier.root()), private)
        values = (leaves, b"".join(frontier.peaks), note, inst.now_ms())
        connection.execute(
            "INSERT INTO checkpoints (size, peaks, note, signed_ms) VALUES (?, ?, ?, ?)", values
        )
        connection.commit()


def _chunks(leaves: int) -> Iterator[tuple[int, list[bytes]]]:
    sha256 = hashlib.sha256
    for start in range(0, leaves, _CHUNK):
        numbers = range(start, min(leaves, start + _CHUNK))
        yield start, [sha256(b"\x00" + leaf_of(number)).digest() for number in numbers]


def _tiles(hashes: list[bytes], *, whole: bool = False) -> list[bytes]:
    """The roots of tiles; of one that is not full its peaks, unless only `whole` tiles count."""
    full = len(hashes) // TILE_WIDTH * TILE_WIDTH
    roots = [subtree_root(hashes[at : at + TILE_WIDTH]) for at in range(0, full, TILE_WIDTH)]
    return roots if whole else roots + hashes[full:]


def _frontier(leaves: int, roots: list[bytes]) -> Frontier:
    """The right edge: full tiles are joined to perfect subtrees, then come the leaves that are left."""
    full = leaves // TILE_WIDTH
    frontier = Frontier()
    for root in roots[:full]:
        frontier = frontier.appended(root)  # a tile's root joins as a leaf's hash does, eight levels up
    edge = Frontier(full * TILE_WIDTH, frontier.peaks)
    for hashed in roots[full:]:
        edge = edge.appended(hashed)
    return edge
