"""Writes the log up to a checkpoint into a folder, as C2SP tlog-tiles lays it out: it holds no names.

Every leaf is hashed anew on the way. The checkpoint is written last and only if it was signed over just these
leaves: a folder with a checkpoint is a whole copy, and one that was broken off has none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from domain.errors import TamperedError
from domain.log import Checkpoint, Frontier, leaf_hash
from domain.proof import subtree_root
from domain.wording import Sentence
from web.db.connecting.connection import Connection
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.logs import log_head, log_proving, log_tiles
from web.services.logs.log_tree import TILE_WIDTH
from web.settings import SITE_COMMAND
from web.store.logs import log

# Some ten megabytes at once, however long the log is.
_READ_AT_ONCE = 16 * TILE_WIDTH


def head(inst: Installation, size: int | None = None) -> tuple[Checkpoint, bytes]:
    """The newest checkpoint and its note, or the one of that many leaves; NotFoundError when none is."""

    def work(connection: Connection) -> tuple[Checkpoint, bytes]:
        row = log.latest_checkpoint(connection) if size is None else log.checkpoint_of(connection, size)
        if row is None:
            raise NotFoundError
        return log_head.opened(connection, row.note), bytes(row.note)

    return inst.read(work)


def copied(
    inst: Installation, signed: Checkpoint, note: bytes, folder: Path, tell: Callable[[int], None]
) -> None:
    """Write the copy, and tell how many leaves are in it; TamperedError when they are not what was signed."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # What is there from an earlier copy is no whole copy until this one is.
    (folder / "checkpoint").unlink(missing_ok=True)
    edge, tiles = Frontier(), _Tiles(folder)
    for low in range(0, signed.size, _READ_AT_ONCE):
        high = min(low + _READ_AT_ONCE, signed.size)
        bodies = inst.ask(partial(log.bodies, low=low, high=high))
        if len(bodies) != high - low:
            raise _apart()
        for start in range(0, len(bodies), TILE_WIDTH):
            bundle = bodies[start : start + TILE_WIDTH]
            index = (low + start) // TILE_WIDTH
            lengths = (len(body).to_bytes(2, "big") + body for body in bundle)
            _put(folder / "tile" / "entries" / _place(index, len(bundle)), b"".join(lengths))
            for body in bundle:
                hashed = leaf_hash(body)
                edge = edge.appended(hashed)
                tiles.add(0, hashed)
        tell(high)
    if edge.root() != signed.root:
        raise _apart()
    tiles.close()
    keys = "".join(f"{key.text}\n" for key in log_proving.log_keys(inst))
    _put(folder / "key", keys.encode())
    _put(folder / "checkpoint", note)


class _Tiles:
    """The tiles of hashes as they fill up: one unfinished of each level at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: list[tuple[int, list[bytes]]] = []

    def add(self, level: int, hashed: bytes) -> None:
        """One more hash of a level; a full tile is written, and its root is a hash of the next level."""
        if level == len(self._open):
            self._open.append((0, []))
        index, hashes = self._open[level]
        hashes.append(hashed)
        if len(hashes) == TILE_WIDTH:
            self._write(level, index, hashes)
            self._open[level] = (index + 1, [])
            self.add(level + 1, subtree_root(hashes))

    def close(self) -> None:
        """Write those that are not full."""
        for level, (index, hashes) in enumerate(self._open):
            if hashes:
                self._write(level, index, hashes)

    def _write(self, level: int, index: int, hashes: list[bytes]) -> None:
        _put(self._folder / "tile" / str(level) / _place(index, len(hashes)), b"".join(hashes))


def _place(index: int, width: int) -> str:
    return log_tiles.address(index) + (f".p/{width}" if width < TILE_WIDTH else "")


def _put(path: Path, text: bytes) -> None:
    """Never there in part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(text)
    part.replace(path)


def _apart() -> TamperedError:
    return TamperedError(
        Sentence(
            f"The leaves are not those that the checkpoint was signed over. Run {SITE_COMMAND} log fsck.",
            f"这些叶与检查点所签署的内容不符，请运行 {SITE_COMMAND} log fsck。",
        )
    )
