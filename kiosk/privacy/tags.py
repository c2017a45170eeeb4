"""Tags by which a gate knows a passage of the same person again, and a thief of its disk nobody (S14)."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import stat
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

KEY_BYTES = 32
_TAG_DIGITS = 16
_IN_MEMORY = ("tmpfs", "ramfs")


class Tags:
    """Keyed digests: equal for equal texts of one day as long as the machine runs, meaningless afterwards."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, text: str, day: date) -> str:
        """The tag of a text, 16 hex digits; "" for none."""
        if not text:
            return ""
        told = f"{day.isoformat()}|{text}".encode("utf-8", "replace")
        return hmac.new(self._key, told, hashlib.sha256).hexdigest()[:_TAG_DIGITS]


def memory_folder(candidates: Iterable[str], mounts: Path = Path("/proc/self/mounts")) -> Path | None:
    """The first folder that is there, and in memory rather than on a disk; None on systems without one."""
    with contextlib.suppress(OSError, ValueError):
        kinds = dict(_mounted(mounts.read_text("utf-8")))
        for name in filter(None, candidates):
            folder = Path(name).resolve()
            at = next((place for place in (folder, *folder.parents) if str(place) in kinds), folder)
            if folder.is_dir() and kinds.get(str(at)) in _IN_MEMORY:
                return folder
    return None


def kept_key(folder: Path | None, kiosk_id: str, random: Callable[[int], bytes]) -> bytes:
    """The key of this machine's run: from its file in `folder`, made there, or of this process alone.

    A file that others could have made or read is left alone.
    """
    if folder is None or sys.platform == "win32":
        return random(KEY_BYTES)
    path, made = folder / f"codeplace-{kiosk_id}.tags", random(KEY_BYTES)
    with contextlib.suppress(OSError):
        with contextlib.suppress(FileExistsError):
            _written(path, made)
        return _read(path) or made
    return made


def _written(path: Path, key: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key)


def _read(path: Path) -> bytes | None:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        found = os.fstat(file.fileno())
        is_ours = found.st_uid == os.getuid() and not stat.S_IMODE(found.st_mode) & 0o077
        key = file.read(KEY_BYTES + 1)
    return key if is_ours and stat.S_ISREG(found.st_mode) and len(key) == KEY_BYTES else None


def _mounted(text: str) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        _, place, kind, *_ = line.split(" ")
        yield place, kind
