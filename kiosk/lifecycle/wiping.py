"""Empties a kiosk that goes out of service: nothing of anybody stays, and a text says what was there."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from domain.errors import InputError
from kiosk.host.identity import Identity, loaded_identity
from kiosk.spool.file import FILE_NAME
from kiosk.spool.spool import Spool

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Wiped:
    """What was emptied: files, bytes, and entries that were never delivered."""

    files: int
    size: int
    waiting: int
    text: str


def waiting(home: Path, now_ms: Callable[[], int]) -> int:
    """How many entries were never delivered, under whatever identity they were made.

    UnavailableError while the kiosk runs.
    """
    return sum(_waiting(path.parent, now_ms) for path in sorted(home.rglob(FILE_NAME)))


def _waiting(folder: Path, now_ms: Callable[[], int]) -> int:
    spool = Spool(folder, now_ms)
    try:
        return spool.counts().waiting
    finally:
        spool.close()


def damaged(home: Path) -> tuple[str, ...]:
    """Names of damaged files of entries that were set aside: what was not delivered of them is there only."""
    return tuple(path.name for path in sorted(home.rglob(f"{FILE_NAME}.damaged-*")) if not _is_beside(path))


def _is_beside(path: Path) -> bool:
    return not path.name.rpartition("-")[2].isdecimal()  # its journal, named after it


def wiped(home: Path, undelivered: int, now_ms: Callable[[], int]) -> Wiped:
    """Overwrite and delete everything in a kiosk's home, who it was last: stopped, it can be said again.

    Flash memory may keep old copies of blocks: a kiosk's disk should be encrypted as a whole.
    """
    identity = loaded_identity(home)
    files = sorted(path for path in home.rglob("*") if path.is_file() and path.name != "kiosk.json")
    files.append(home / "kiosk.json")
    size = sum(path.stat().st_size for path in files)
    for path in files:
        _overwritten(path)
        path.unlink()
    for folder in sorted((path for path in home.rglob("*") if path.is_dir()), reverse=True):
        folder.rmdir()
    at = datetime.fromtimestamp(now_ms() / 1000, UTC).isoformat(timespec="seconds")
    return Wiped(len(files), size, undelivered, _told(identity, at, len(files), size, undelivered))


def expect_named(home: Path, typed: str) -> None:
    """InputError unless the entrance's name was typed: a wiped kiosk cannot be taken back."""
    if typed.strip() != loaded_identity(home).entrance.name:
        raise InputError(
            "entrance",
            "That is not the name of its entrance: nothing was wiped.",
            "出入口名称不符，未清除任何数据。",
        )


def _overwritten(path: Path) -> None:
    left = path.stat().st_size
    with path.open("r+b") as file:
        while left > 0:
            left -= file.write(bytes(min(left, _PIECE)))
        file.flush()
        os.fsync(file.fileno())


def _told(identity: Identity, at: str, files: int, size: int, undelivered: int) -> str:
    lines = (
        "code-and-place/kiosk-wiped@v1",
        f"kiosk {identity.kiosk_id}",
        f"server {identity.server}",
        f"entrance {identity.entrance.id} {identity.entrance.name}",
        f"wiped {at}",
        f"files {files} bytes {size}",
        f"undelivered {undelivered}",
    )
    return "".join(f"{line}\n" for line in lines)
