"""How much of a processor a program and its children use, where the system tells."""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")


def seconds_used(mark: str) -> float | None:
    """Return the processor seconds of all programs started with `mark` among their arguments, and of
    their children; None where there is no /proc (Windows, macOS).
    """
    if not (_PROC / "self" / "stat").exists():
        return None
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    marked: set[int] = set()
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            try:
                _note(entry, mark, parents, used, marked)
            except OSError:  # it has just ended
                continue
    family = {process for process in used if _descends(process, marked, parents)}
    return sum(used[process] for process in family)


def _note(entry: Path, mark: str, parents: dict[int, int], used: dict[int, float], marked: set[int]) -> None:
    process = int(entry.name)
    fields = (entry / "stat").read_text().rpartition(")")[2].split()
    parents[process] = int(fields[1])
    used[process] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    if mark.encode() in (entry / "cmdline").read_bytes().split(b"\0"):
        marked.add(process)


def _descends(process: int, marked: set[int], parents: dict[int, int]) -> bool:
    while process not in marked:
        if process not in parents or parents[process] in (0, process):
            return False
        process = parents[process]
    return True
