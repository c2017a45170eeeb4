"""What the spool hands out and takes: entries as they are sent, what became of them, and their counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry as it is sent: its number, its id and its canonical bytes."""

    seq: int
    id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Settled:
    """What the server said about one entry: taken, or kept here for staff with the reason."""

    id: str
    taken: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Entries that wait for the server, and entries that staff must look at."""

    waiting: int
    quarantined: int
