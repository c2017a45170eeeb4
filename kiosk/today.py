"""What passed this gate today, counted: people and vehicles that came and went, and who is in the venue."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from domain.decision import Outcome
from domain.entry import Entry, entry_json, made_ms
from domain.hours import local_time
from domain.reason import Reason
from domain.venue import Direction
from kiosk.inside import Arrival, Inside, Passage


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

    `whose` is equal for each passage of one person, "" for a stranger whom nothing tells from others.
    """

    id: str
    at_ms: int
    direction: Direction
    outcome: Outcome
    reason: Reason
    visitor_id: str
    name: str
    whose: str
    people: int
    plate: str
    corrects: str


class Today:
    """Follows the gate's own entries and the venue's other passages; each new day in its zone begins empty.

    Entries that another one corrects do not count: after a correction the day is recalled anew.
    """

    def __init__(self) -> None:
        self._day: date | None = None
        self._people, self._vehicles = Tally(), Tally()
        self._inside = Inside()
        self._parked: set[str] = set()
        self._last: Made | None = None

    def recall(self, bodies: Iterable[bytes], venue_id: str, day: date) -> None:
        """Count the entries of `day` at a venue as the spool holds them; what the server told stays."""
        self._turn(day)
        self._begin()
        entries = (json.loads(body) for body in bodies)
        made = [_made(entry) for entry in entries if entry["venue"] == venue_id]
        corrected = {one.corrects for one in made} - {""}
        for one in made:
            if one.id in corrected:
                self._inside.take_back(one.id)
            else:
                self._take(one)

    def forget(self) -> None:
        """Begin again with nothing: this is another venue."""
        self._day = None

    def hear(self, arrivals: Iterable[Arrival], day: date, since_ms: int) -> None:
        """Count what the server told of the venue; `since_ms` is when `day` began there."""
        self._turn(day)
        self._inside.hear(arrivals, since_ms)

    def note(self, entry: Entry, day: date) -> None:
        """Count an entry that was committed on `day` and corrects none."""
        self._turn(day)
        self._take(_made(entry_json(entry)))

    def is_inside(self, visitor_id: str, day: date) -> bool:
        """Whether the visitor was let into the venue on `day` and not out again, as far as is known here."""
        self._turn(day)
        return self._inside.holds(visitor_id)

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
        if made.plate:
            self._vehicles = _counted(self._vehicles, made, 1)
        if made.outcome is not Outcome.ADMITTED:
            return
        self._inside.add(Passage(made.id, made.whose, made.direction, made_ms(made.id), made.people))
        if made.direction is Direction.IN:
            self._parked |= {made.plate} - {""}
        else:
            self._parked.discard(made.plate)

    def _turn(self, day: date) -> None:
        if day != self._day:
            self._day = day
            self._inside = Inside()
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


def _made(entry: dict[str, Any]) -> Made:
    private = entry["private"]
    return Made(
        id=entry["id"],
        at_ms=entry["at_ms"],
        direction=Direction(entry["direction"]),
        outcome=Outcome(entry["outcome"]),
        reason=Reason(entry["reason"]),
        visitor_id=private["visitor_id"],
        name=private["name"],
        whose=private["visitor_id"] or private["phone"] or private["cti"],
        people=1 + private["companions"] + len(private["occupants"]),
        plate=private["plate"],
        corrects=entry["corrects"],
    )


def day_of(now_ms: int, time_zone: str) -> date:
    """The date in a zone at `now_ms` (Unix milliseconds)."""
    return local_time(now_ms, time_zone).date()


def midnight_ms(now_ms: int, time_zone: str) -> int:
    """When the day of `now_ms` began in a zone, Unix milliseconds."""
    here = local_time(now_ms, time_zone)
    return int(datetime.combine(here.date(), time.min, here.tzinfo).timestamp() * 1000)
