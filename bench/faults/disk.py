"""A small disk of its own for a server's data, filled until nothing more fits; needs the right to mount."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PIECE: Final = 65_536


@dataclass(frozen=True)
class SmallDisk:
    """A file system in memory that is mounted on `folder`; what is full there answers ENOSPC."""

    folder: Path

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"

    def fill(self, leave: int) -> None:
        """Fill it up to `leave` bytes."""
        with self._filler.open("ab", buffering=0) as file:
            while (free := self.free() - leave) > 0:
                try:
                    file.write(bytes(min(_PIECE, free)))
                except OSError:
                    return

    def empty(self) -> None:
        """Give the room back."""
        self._filler.unlink(missing_ok=True)

    def free(self) -> int:
        """How many bytes fit."""
        return shutil.disk_usage(self.folder).free


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk | None]:
    """Such a disk on `folder`, which is made; None where this user or machine may not mount one."""
    folder.mkdir(parents=True)
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    if mount is None or unmount is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield None
        return
    order = [mount, "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(folder)]
    if subprocess.run(order, capture_output=True).returncode:
        yield None
        return
    try:
        yield SmallDisk(folder)
    finally:
        # Lazily: whatever still holds a file there ends by itself.
        subprocess.run([unmount, "-l", str(folder)], capture_output=True)
