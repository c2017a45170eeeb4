"""Where tests keep their files: in memory where there is room, for on a disk they mostly wait."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

# Linux' own folder in memory; containers often have a small one.
_MEMORY = Path("/dev/shm")
_ROOM = 3_000_000_000


def scratch_folder() -> str | None:
    """The folder for temporary files; None for the usual one. A commit there takes 13 µs instead of 3 ms."""
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ROOM:
        return None
    return str(_MEMORY)
