"""A disk that may lose what was not synced: a trace of system calls, and what a power cut can leave of it.

The strictest reading of POSIX: data of a file is safe after fsync or fdatasync of that file, its name after
fsync of its folder. What came later is there wholly, not at all, in part, or torn inside a sector's border.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random

SECTOR = 512
# What `strace -f -y -xx` prints: "123  pwrite64(3</path in hex>, "bytes in hex", 12, 0) = 12".
_LINE = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)")
_HEX = re.compile(r"\\x([0-9a-f]{2})")
_FIRST_FD = re.compile(r"(\d+)<((?:\\x[0-9a-f]{2})*)>")
_TEXTS = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True, slots=True)
class Call:
    """One system call that succeeded: its name, file, bytes, and number (an offset or a length)."""

    name: str
    path: str
    data: bytes = b""
    at: int = 0
    fd: int = -1
    flags: str = ""


def calls_of(trace: str) -> Iterator[Call]:
    """The calls of a trace that change a file, sync one, or open one."""
    for line in trace.splitlines():
        found = _LINE.match(line)
        if found is None or int(found[3]) < 0:
            continue
        name, words = found[1], found[2]
        texts = [_bytes(text) for text in _TEXTS.findall(words)]
        on = _FIRST_FD.match(words)
        path = _bytes(on[2]).decode() if on else texts[0].decode() if texts else ""
        fd = int(on[1]) if on else int(found[3])
        match name:
            case "write":
                yield Call(name, path, texts[0], fd=fd)
            case "pwrite64":
                yield Call(name, path, texts[0], int(words.rsplit(",", 1)[1]), fd)
            case "ftruncate":
                yield Call(name, path, at=int(words.rsplit(",", 1)[1]), fd=fd)
            case "openat":
                yield Call(name, texts[0].decode(), fd=int(found[3]), flags=words)
            case "rename":
                yield Call(name, texts[0].decode(), texts[1])
            case "unlink" | "fsync" | "fdatasync" | "close":
                yield Call(name, path, fd=fd)


class Cut(StrEnum):
    """What of the unsynced writes is on the disk after a power cut."""

    NONE = "none"
    ALL = "all"
    SOME = "some"
    TORN = "torn"


@dataclass
class _File:
    """What of a file is safe, and the writes since."""

    safe: bytes = b""
    later: list[tuple[int | None, bytes]] = field(default_factory=list)


class Disk:
    """Follows a trace call by call; `after` is what a power cut now could leave."""

    def __init__(self, folder: str) -> None:
        self._folder = folder.rstrip("/")
        self._names: dict[str, _File] = {}
        self._safe_names: dict[str, _File] = {}
        self._renamings: list[dict[str, _File]] = []
        self._positions: dict[int, int] = {}

    def follow(self, call: Call) -> None:
        """Take in one call."""
        if call.path == self._folder and call.name in ("fsync", "fdatasync"):
            self._safe_names = dict(self._names)
            self._renamings.clear()
        if not call.path.startswith(f"{self._folder}/"):
            return
        match call.name:
            case "openat":
                self._opened(call)
            case "write":
                at = self._positions.get(call.fd, 0)
                self._names[call.path].later.append((at, call.data))
                self._positions[call.fd] = at + len(call.data)
            case "pwrite64":
                self._names[call.path].later.append((call.at, call.data))
            case "ftruncate":
                self._names[call.path].later.append((None, bytes(call.at)))
            case "fsync" | "fdatasync":
                file = self._names[call.path]
                file.safe, file.later = _written(file.safe, file.later), []
            case "unlink":
                self._rename(call.path, None)
            case "rename":
                self._rename(call.path, call.data.decode())

    def after(self, cut: Cut, random: Random) -> dict[str, bytes]:
        """The files, by their names in the folder, after the power was cut now."""
        names = self._safe_names
        if self._renamings and cut is not Cut.NONE:
            # A journalling file system keeps the order of its names.
            kept = len(self._renamings) if cut is Cut.ALL else random.randint(0, len(self._renamings))
            names = self._renamings[kept - 1] if kept else names
        return {path.rpartition("/")[2]: _cut(file, cut, random) for path, file in names.items()}

    def _opened(self, call: Call) -> None:
        self._positions[call.fd] = 0
        if call.path not in self._names and "O_CREAT" in call.flags:
            self._names = {**self._names, call.path: _File()}
            self._renamings.append(self._names)
        elif "O_TRUNC" in call.flags:
            self._names[call.path].later.append((None, b""))

    def _rename(self, old: str, new: str | None) -> None:
        names = dict(self._names)
        file = names.pop(old)
        if new is not None:
            names[new] = file
        self._names = names
        self._renamings.append(names)


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Put what is left of a disk into a folder."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _cut(file: _File, cut: Cut, random: Random) -> bytes:
    if cut is Cut.NONE or not file.later:
        return file.safe
    if cut is Cut.ALL:
        return _written(file.safe, file.later)
    kept = [write for write in file.later if random.random() < 0.5]
    if cut is Cut.TORN:
        kept = [_torn(write, random) for write in kept or file.later[-1:]]
    return _written(file.safe, kept)


def _torn(write: tuple[int | None, bytes], random: Random) -> tuple[int | None, bytes]:
    at, data = write
    if at is None or len(data) <= SECTOR:
        return write
    return at, data[: SECTOR * random.randint(0, len(data) // SECTOR)]


def _written(content: bytes, writes: list[tuple[int | None, bytes]]) -> bytes:
    """The content after some writes; one without a place sets the length instead."""
    image = bytearray(content)
    for at, data in writes:
        length = len(data) if at is None else max(len(image), at + len(data))
        image = image[:length].ljust(length, b"\0")
        if at is not None:
            image[at : at + len(data)] = data
    return bytes(image)


def _bytes(text: str) -> bytes:
    return bytes(int(pair, 16) for pair in _HEX.findall(text))
