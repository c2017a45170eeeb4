"""Stays out of passages: each depends on what the visitor did just before and just after, on nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from web.services.desk.projecting.projecting_times import stays_end_after, stays_end_before


class Ending(StrEnum):
    """How a stay ended. Values are stored: never rename, only add."""

    OPEN = ""
    SCANNED = "scanned"
    SWEPT = "swept"
    ELSEWHERE = "elsewhere"
    AGAIN = "again"
    RULE = "rule"


class Beginning(StrEnum):
    """How a stay began. Values are stored."""

    SCANNED = "scanned"
    ASSUMED = "assumed"


# Endings that somebody saw.
SEEN = frozenset({Ending.SCANNED, Ending.SWEPT})
# Venue id → time zone and the minute of the day at which its stays end.
Clocks = Mapping[str, tuple[str, int]]


class Passage(NamedTuple):
    """Somebody was let in or out at a venue."""

    at_ms: int
    entry_id: str
    visitor_id: str
    venue_id: str
    entrance_id: str
    inward: bool
    swept: bool
    people: int

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands among the visitor's passages."""
        return self.at_ms, self.entry_id


class Stay(NamedTuple):
    """A row of `stays`, in the order of its columns."""

    entry_id: str
    venue_id: str
    visitor_id: str
    entrance_id: str
    in_ms: int
    out_entrance_id: str
    out_ms: int | None
    ending: str
    beginning: str
    people: int

    @property
    def minutes(self) -> int | None:
        """How long it lasted, None unless both ends were seen."""
        if self.out_ms is None or self.ending not in SEEN or self.beginning != Beginning.SCANNED:
            return None
        return (self.out_ms - self.in_ms) // 60_000


def stay_of(
    before: Passage | None, this: Passage, after: Passage | None, clocks: Clocks, now_ms: int
) -> Stay | None:
    """The stay that a passage began, or the one that must have been before an exit alone.

    None for an exit that ends the stay of the passage before. `before` and `after` are the visitor's
    nearest passages at any venue.
    """
    zone, minute = clocks[this.venue_id]
    if this.inward:
        return _begun(this, after, stays_end_after(this.at_ms, zone, minute), now_ms)
    if (
        before is not None
        and before.inward
        and before.venue_id == this.venue_id
        and this.at_ms <= stays_end_after(before.at_ms, zone, minute)
    ):
        return None
    began_ms = stays_end_before(this.at_ms, zone, minute)
    if before is not None:
        began_ms = max(began_ms, before.at_ms)
    return _stay(this, began_ms, this.entrance_id, this.at_ms, _seen(this), Beginning.ASSUMED)


def _begun(this: Passage, after: Passage | None, ends_ms: int, now_ms: int) -> Stay:
    if after is not None and after.at_ms <= ends_ms:
        if after.venue_id != this.venue_id:
            return _stay(this, this.at_ms, "", after.at_ms, Ending.ELSEWHERE)
        if after.inward:
            return _stay(this, this.at_ms, "", after.at_ms, Ending.AGAIN)
        return _stay(this, this.at_ms, after.entrance_id, after.at_ms, _seen(after))
    if ends_ms <= now_ms:
        return _stay(this, this.at_ms, "", ends_ms, Ending.RULE)
    return _stay(this, this.at_ms, "", None, Ending.OPEN)


def _stay(
    this: Passage,
    in_ms: int,
    out_entrance_id: str,
    out_ms: int | None,
    ending: Ending,
    beginning: Beginning = Beginning.SCANNED,
) -> Stay:
    return Stay(
        this.entry_id, this.venue_id, this.visitor_id, this.entrance_id, in_ms, out_entrance_id, out_ms,
        ending.value, beginning.value, this.people,
    )  # fmt: skip


def _seen(exit_: Passage) -> Ending:
    return Ending.SWEPT if exit_.swept else Ending.SCANNED
