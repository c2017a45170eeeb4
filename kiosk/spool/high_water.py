"""The highest entry number ever given out, kept outside the spool so that a lost spool cannot reuse one."""

from __future__ import annotations

import os
import zlib
from dataclasses import dataclass
from pathlib import Path

_WIDTH = 64
_FLAGS = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0)  # Windows would make two bytes of the newline


@dataclass(frozen=True, slots=True)
class Mark:
    """The last number given out, and how many times the spool was begun anew."""

    epoch: int = 1
    seq: int = 0


class HighWater:
    """One line of fixed width, written in place: it needs no room on a full disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.mark = _read(path)

    def rise(self, mark: Mark, *, through: bool = False) -> None:
        """Keep a higher mark; `through` forces it onto the disk. OSError if that fails."""
        if mark.epoch >= self.mark.epoch and mark.seq >= self.mark.seq:
            self.mark = mark
        body = f"{self.mark.epoch} {self.mark.seq}"
        line = f"{body} {zlib.crc32(body.encode()):08x}".ljust(_WIDTH - 1) + "\n"
        handle = os.open(self._path, _FLAGS, 0o600)
        try:
            os.write(handle, line.encode())
            if through:
                os.fsync(handle)
        finally:
            os.close(handle)


def _read(path: Path) -> Mark:
    try:
        epoch, seq, check = path.read_text("ascii").split()
        if int(check, 16) == zlib.crc32(f"{epoch} {seq}".encode()):
            return Mark(int(epoch), int(seq))
    except (OSError, ValueError):
        pass
    return Mark()
