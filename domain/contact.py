"""Who was where somebody else was: meetings of stays, from times and places alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Two who pass one entrance within this time stood beside each other.
SIDE_BY_SIDE_MS = 60_000
# Endings that somebody saw; of any other a stay's end is assumed.
SEEN_ENDINGS = frozenset({"scanned", "swept"})


@dataclass(frozen=True, slots=True)
class Stay:
    """A visitor in a venue for `in_ms` ≤ t ≤ `out_ms`, Unix milliseconds.

    `ending` is "scanned", "swept", "elsewhere" or "rule", and "" for somebody still inside: `out_ms` is then
    the time up to which was looked. `beginning` is "scanned", or "assumed" when only the exit was seen.
    """

    entry_id: str
    visitor_id: str
    venue_id: str
    entrance_id: str
    in_ms: int
    out_ms: int
    out_entrance_id: str = ""
    beginning: str = "scanned"
    ending: str = ""

    @property
    def is_seen(self) -> bool:
        """Whether both its ends were seen."""
        return self.beginning == "scanned" and self.ending in SEEN_ENDINGS


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two stays at one venue: together for `overlap_ms`, or else `apart_ms` one after the other.

    `is_close`: they passed one entrance within a minute of each other. `is_assumed`: what it says hangs on
    an end that nobody saw.
    """

    first: Stay
    other: Stay
    overlap_ms: int
    apart_ms: int
    is_close: bool
    is_assumed: bool

    @property
    def at_ms(self) -> int:
        """When it began: when the later of the two came, or was nearest."""
        return max(self.first.in_ms, self.other.in_ms)


@dataclass(frozen=True, slots=True)
class Contact:
    """All meetings with one visitor, in the order of time."""

    visitor_id: str
    meetings: tuple[Meeting, ...]

    @property
    def overlap_ms(self) -> int:
        """How long they were in one venue at the same time, all meetings together."""
        return sum(meeting.overlap_ms for meeting in self.meetings)

    @property
    def is_close(self) -> bool:
        """Whether they passed one entrance within a minute of each other."""
        return any(meeting.is_close for meeting in self.meetings)

    @property
    def is_assumed(self) -> bool:
        """Whether every meeting hangs on an end that nobody saw."""
        return all(meeting.is_assumed for meeting in self.meetings)


def meeting_of(first: Stay, other: Stay, within_ms: int) -> Meeting | None:
    """How two stays met; None when they are of different venues or further apart than `within_ms`."""
    if first.venue_id != other.venue_id or first.visitor_id == other.visitor_id:
        return None
    common = min(first.out_ms, other.out_ms) - max(first.in_ms, other.in_ms)
    if common < -within_ms:
        return None
    overlap, apart = max(0, common), max(0, -common)
    return Meeting(first, other, overlap, apart, _side_by_side(first, other), _hangs(first, other))


def contacts(cases: Sequence[Stay], others: Iterable[Stay], within_ms: int) -> tuple[Contact, ...]:
    """Everybody who met one of `cases`, who is none of them; the closest first."""
    named = {stay.visitor_id for stay in cases}
    at: dict[str, list[Stay]] = {}
    for case in cases:
        at.setdefault(case.venue_id, []).append(case)
    met: dict[str, list[Meeting]] = {}
    for other in others:
        if other.visitor_id in named:
            continue
        for case in at.get(other.venue_id, ()):
            meeting = meeting_of(case, other, within_ms)
            if meeting is not None:
                met.setdefault(other.visitor_id, []).append(meeting)
    found = [
        Contact(whom, tuple(sorted(meetings, key=lambda meeting: (meeting.at_ms, meeting.other.entry_id))))
        for whom, meetings in met.items()
    ]
    return tuple(sorted(found, key=_closest_first))


def _closest_first(contact: Contact) -> tuple[bool, int, str]:
    return (not contact.is_close, -contact.overlap_ms, contact.visitor_id)


def _passages(stay: Stay) -> list[tuple[str, int]]:
    """The entrances that a visitor was seen to pass, and when."""
    seen = [(stay.entrance_id, stay.in_ms)] if stay.beginning == "scanned" else []
    return [*seen, (stay.out_entrance_id, stay.out_ms)] if stay.ending == "scanned" else seen


def _side_by_side(first: Stay, other: Stay) -> bool:
    return any(
        door == other_door and abs(at - other_at) <= SIDE_BY_SIDE_MS
        for door, at in _passages(first)
        for other_door, other_at in _passages(other)
    )


def _hangs(first: Stay, other: Stay) -> bool:
    """Whether the later came when the earlier is only assumed to have been there still."""
    earlier, later = (first, other) if first.in_ms <= other.in_ms else (other, first)
    if earlier.beginning != "scanned" or later.beginning != "scanned":
        return True
    # Whoever is still inside was there: nobody has to assume it.
    return earlier.ending not in SEEN_ENDINGS and earlier.ending != ""
