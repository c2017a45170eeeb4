"""What passed this gate today, counted: who is inside, and how many people and vehicles came and went."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from domain.decision import Outcome
from domain.entry import Entry, entry_json
from domain.hours import local_time
from domain.reason import Reason
from domain.venue import Direction


@dataclass(frozen=True, slots=True)
class Tally:
    """Passages of one day; `inside` is what came in here and did not leave here."""

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
    """Follows the gate's own entries; each new day in the venue's zone begins empty.

    Entries that another one corrects do not count: after a correction the day is recalled anew.
    """

    def __init__(self) -> None:
        self._day: date | None = None
        self._people, self._vehicles = Tally(), Tally()
        self._inside: dict[str, int] = {}
        self._strangers = 0
        self._parked: set[str] = set()
        self._last: Made | None = None

    def recall(self, bodies: Iterable[bytes], day: date) -> None:
        """Count the entries of `day` as the spool holds them, oldest first."""
        self._day = day
        self._begin()
        made = [_made(json.loads(body)) for body in bodies]
        corrected = {one.corrects for one in made}
        for one in made:
            if one.id not in corrected:
                self._take(one)

    def note(self, entry: Entry, day: date) -> None:
        """Count an entry that was committed on `day` and corrects none."""
        self._turn(day)
        self._take(_made(entry_json(entry)))

    def is_inside(self, visitor_id: str, day: date) -> bool:
        """Whether this gate let the visitor in on `day` and not out again."""
        self._turn(day)
        return visitor_id in self._inside

    def last(self, day: date) -> Made | None:
        """The newest entry of `day` that was not taken back."""
        self._turn(day)
        return self._last

    def people(self, day: date) -> Tally:
        """People on `day`, with their companions and whoever sat in the vehicle."""
        self._turn(day)
        return replace(self._people, inside=sum(self._inside.values()) + self._strangers)

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
        entered = made.direction is Direction.IN
        if not made.whose:
            self._strangers = max(0, self._strangers + (made.people if entered else -made.people))
        elif entered:
            self._inside[made.whose] = made.people
        else:
            self._inside.pop(made.whose, None)
        if entered:
            self._parked |= {made.plate} - {""}
        else:
            self._parked.discard(made.plate)

    def _turn(self, day: date) -> None:
        if day != self._day:
            self._day = day
            self._begin()

    def _begin(self) -> None:
        self._people, self._vehicles = Tally(), Tally()
        self._inside.clear()
        self._strangers = 0
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
