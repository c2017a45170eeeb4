"""Who was where somebody else was: meetings of stays, from times and places alone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# Two who pass one entrance within this time stood beside each other.
SIDE_BY_SIDE_MS = 60_000
# Endings that somebody saw; of any other a stay's end is assumed.
SEEN_ENDINGS = frozenset({"scanned", "swept"})


# Ten thousand of each in one answer: as tuples they are made in a third of the time.
class Stay(NamedTuple):
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


class Meeting(NamedTuple):
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


class Met(NamedTuple):
    """What all meetings with one visitor come to: how many, together how long, and the least time apart.

    `is_assumed`: every one hangs on an end that nobody saw.
    """

    visitor_id: str
    meetings: int
    overlap_ms: int
    apart_ms: int
    is_close: bool
    is_assumed: bool


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
    at = _by_venue(cases)
    met: dict[str, list[Meeting]] = {}
    for other in others:
        if other.visitor_id in named or other.venue_id not in at:
            continue
        here, begun, longest_ms = at[other.venue_id]
        first = bisect_left(begun, other.in_ms - within_ms - longest_ms)
        for case in here[first : bisect_right(begun, other.out_ms + within_ms)]:
            meeting = meeting_of(case, other, within_ms)
            if meeting is not None:
                met.setdefault(other.visitor_id, []).append(meeting)
    found = [
        Contact(whom, tuple(sorted(meetings, key=lambda meeting: (meeting.at_ms, meeting.other.entry_id))))
        for whom, meetings in met.items()
    ]
    return tuple(sorted(found, key=closest_first))


def joined(visitor_id: str, some: Sequence[Met]) -> Met:
    """The meetings with several visitors who are one person, called by `visitor_id`."""
    return Met(
        visitor_id,
        sum(one.meetings for one in some),
        sum(one.overlap_ms for one in some),
        min(one.apart_ms for one in some),
        any(one.is_close for one in some),
        all(one.is_assumed for one in some),
    )


def closest_first(contact: Contact | Met) -> tuple[bool, int, str]:
    """The order in which people are shown: by this, rising."""
    return (not contact.is_close, -contact.overlap_ms, contact.visitor_id)


def _by_venue(cases: Sequence[Stay]) -> dict[str, tuple[list[Stay], list[int], int]]:
    """The stays at each venue in the order of time, when each began, and how long the longest was."""
    at: dict[str, list[Stay]] = {}
    for case in sorted(cases, key=lambda case: case.in_ms):
        at.setdefault(case.venue_id, []).append(case)
    return {
        venue: (here, [case.in_ms for case in here], max(case.out_ms - case.in_ms for case in here))
        for venue, here in at.items()
    }


def _passages(stay: Stay) -> list[tuple[str, int]]:
    """The entrances that a visitor was seen to pass, and when."""
    seen = [(stay.entrance_id, stay.in_ms)] if stay.beginning == "scanned" else []
    return [*seen, (stay.out_entrance_id, stay.out_ms)] if stay.ending == "scanned" else seen


def _side_by_side(first: Stay, other: Stay) -> bool:
    nearest_ms = min(
        abs(first.in_ms - other.in_ms),
        abs(first.in_ms - other.out_ms),
        abs(first.out_ms - other.in_ms),
        abs(first.out_ms - other.out_ms),
    )
    # Most who met never passed a door together: their doors need not be looked at.
    return nearest_ms <= SIDE_BY_SIDE_MS and any(
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
