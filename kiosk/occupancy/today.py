"""What passed this gate today, counted: people and vehicles that came and went, and who is in the venue."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from domain.decision import Outcome
from domain.entry import Entry, made_ms
from domain.entry_wire import entry_from_json
from domain.hours import local_time
from domain.reason import Reason
from domain.venue import Direction
from kiosk.occupancy.inside import Arrival, Inside, Passage
from kiosk.privacy.sealing import counted
from kiosk.privacy.tags import Tags

_OWN_MOST = 512


@dataclass(frozen=True, slots=True)
class Tally:
    """Passages of one day at this gate; `inside` is people in the whole venue, vehicles that came here."""

    came: int = 0
    left: int = 0
    inside: int = 0
    refused: int = 0
    referred: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """An entry as far as the count needs it.

    `whose` is the tag of each passage of one person, "" for a stranger whom nothing tells from others, and
    `vehicle` that of a plate. Who it was is known of what this process made, and of nothing before it.
    """

    id: str
    at_ms: int
    direction: Direction
    outcome: Outcome
    reason: Reason
    corrects: str
    people: int
    whose: str
    vehicle: str
    is_known: bool = False
    visitor_id: str = ""
    name: str = ""
    plate: str = ""


class Today:
    """Follows the gate's own entries and the venue's other passages; each new day in its zone begins empty.

    Entries that another one corrects do not count: after a correction the day is recalled anew.
    """

    def __init__(self, tags: Tags) -> None:
        self._tags = tags
        self._own: OrderedDict[str, Made] = OrderedDict()
        self._day: date | None = None
        self._people, self._vehicles = Tally(), Tally()
        self._inside = Inside()
        self._parked: set[str] = set()
        self._last: Made | None = None
        self._ours: set[str] = set()
        self._has_others = False

    def recall(self, bodies: Iterable[bytes], venue_id: str, day: date) -> None:
        """Count the entries of `day` at a venue as the spool holds them; what the server told stays."""
        self._turn(day)
        self._begin()
        entries = (json.loads(body) for body in bodies)
        made = [self._recalled(entry, day) for entry in entries if entry["venue"] == venue_id]
        corrected = {one.corrects for one in made} - {""}
        for one in made:
            if one.id in corrected:
                self._inside.take_back(one.id)
            else:
                self._take(one)

    def forget(self) -> None:
        """Begin again with nothing: this is another venue."""
        self._day = None

    def hear(self, arrivals: Iterable[Arrival], day: date, since_ms: int) -> list[Arrival]:
        """Count what the server told of the venue, and what it is with tags; `day` began at `since_ms`."""
        told = [self._tagged(arrival, day) for arrival in arrivals]
        self.hear_again(told, day, since_ms)
        return told

    def hear_again(self, told: Iterable[Arrival], day: date, since_ms: int) -> None:
        """Count what was heard before a restart: people are tags already."""
        self._turn(day)
        for one in told:
            self._inside.hear([one], since_ms)
            self._has_others |= one.passage is not None and one.passage.id not in self._ours

    def has_others(self, day: date) -> bool:
        """Whether anybody passed at another gate or poster of the venue on `day`."""
        self._turn(day)
        return self._has_others

    def note(self, entry: Entry, day: date) -> None:
        """Count an entry that was committed on `day` and corrects none."""
        self._turn(day)
        made = self._own[entry.id] = _made(entry, self._tags, day)
        if len(self._own) > _OWN_MOST:
            self._own.popitem(last=False)
        self._take(made)

    def is_inside(self, visitor_id: str, day: date) -> bool:
        """Whether the visitor was let into the venue on `day` and not out again, as far as is known here."""
        self._turn(day)
        return self._inside.holds(self._tags.of(visitor_id, day))

    def last(self, day: date) -> Made | None:
        """The newest entry of `day` that was not taken back."""
        self._turn(day)
        return self._last

    def people(self, day: date) -> Tally:
        """People on `day`, with their companions and whoever sat in the vehicle."""
        self._turn(day)
        return replace(self._people, inside=self._inside.people)

    def vehicles(self, day: date) -> Tally:
        """Vehicles on `day`."""
        self._turn(day)
        return replace(self._vehicles, inside=len(self._parked))

    def _take(self, made: Made) -> None:
        if made.reason is Reason.TAKEN_BACK:
            return
        self._last = made
        self._people = _counted(self._people, made, made.people)
        if made.vehicle:
            self._vehicles = _counted(self._vehicles, made, 1)
        if made.outcome is not Outcome.ADMITTED:
            return
        self._ours.add(made.id)
        self._inside.add(Passage(made.id, made.whose, made.direction, made_ms(made.id), made.people))
        if made.direction is Direction.IN:
            self._parked |= {made.vehicle} - {""}
        else:
            self._parked.discard(made.vehicle)

    def _recalled(self, entry: dict[str, Any], day: date) -> Made:
        return self._own.get(entry["id"]) or _recalled(entry, self._tags, day)

    def _tagged(self, arrival: Arrival, day: date) -> Arrival:
        passage = arrival.passage
        if passage is None:
            return arrival
        return replace(arrival, passage=replace(passage, whose=self._tags.of(passage.whose, day)))

    def _turn(self, day: date) -> None:
        if day != self._day:
            self._day = day
            self._inside = Inside()
            self._ours, self._has_others = set(), False
            self._begin()

    def _begin(self) -> None:
        self._people, self._vehicles = Tally(), Tally()
        self._parked.clear()
        self._last = None


def _counted(tally: Tally, made: Made, number: int) -> Tally:
    if made.outcome is Outcome.REFUSED:
        return replace(tally, refused=tally.refused + number)
    if made.outcome is Outcome.REFERRED:
        return replace(tally, referred=tally.referred + number)
    if made.direction is Direction.IN:
        return replace(tally, came=tally.came + number)
    return replace(tally, left=tally.left + number)


def _made(entry: Entry, tags: Tags, day: date) -> Made:
    told, private = counted(entry, tags, day), entry.private
    return Made(
        entry.id,
        entry.at_ms,
        entry.direction,
        entry.outcome,
        entry.reason,
        entry.corrects,
        told.people,
        told.whose,
        told.vehicle,
        is_known=True,
        visitor_id=private.visitor_id,
        name=private.name,
        plate=private.plate,
    )


def _recalled(entry: dict[str, Any], tags: Tags, day: date) -> Made:
    """What the spool's bytes tell: of an entry from before sealing, as much as of a sealed one."""
    told = entry.get("counted")
    if told is None:
        return replace(
            _made(entry_from_json(entry), tags, day), is_known=False, visitor_id="", name="", plate=""
        )
    return Made(
        entry["id"],
        entry["at_ms"],
        Direction(entry["direction"]),
        Outcome(entry["outcome"]),
        Reason(entry["reason"]),
        entry["corrects"],
        told["people"],
        told["whose"],
        told["vehicle"],
    )


def day_of(now_ms: int, time_zone: str) -> date:
    """The date in a zone at `now_ms` (Unix milliseconds)."""
    return local_time(now_ms, time_zone).date()


def midnight_ms(now_ms: int, time_zone: str) -> int:
    """When the day of `now_ms` began in a zone, Unix milliseconds."""
    here = local_time(now_ms, time_zone)
    return int(datetime.combine(here.date(), time.min, here.tzinfo).timestamp() * 1000)
