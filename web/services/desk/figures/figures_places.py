"""Figures place by place: by area, enterprise, venue or entrance, the busiest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from web.services.desk.figures.figures import Figures, Place
from web.services.desk.figures.figures_values import NOTHING, Sums, total
from web.services.desk.filtering.filters import Filter


class Level(StrEnum):
    """What figures are told by."""

    AREA = "area"
    ENTERPRISE = "enterprise"
    VENUE = "venue"
    ENTRANCE = "entrance"


@dataclass(frozen=True, slots=True)
class Line:
    """A place and what its passages come to; `venues` is how many venues are in it."""

    id: str
    name: str
    sums: Sums
    venues: int = 1


def levels_of(found: Figures, wanted: Filter) -> tuple[Level, ...]:
    """The levels at which there is something to tell apart, the first of them first to be shown."""
    if wanted.venue_id or wanted.entrance_id:
        return (Level.ENTRANCE,)
    several = [
        level for level, key in ((Level.AREA, _area), (Level.ENTERPRISE, _enterprise)) if _many(found, key)
    ]
    return (*several, Level.VENUE)


def lines(found: Figures, level: Level) -> tuple[Line, ...]:
    """Every place of a level, also those with nothing; busiest first, then by name."""
    if found.counts is None:
        return ()
    if level is Level.ENTRANCE:
        by_door = found.counts.sides.get("entrance", {})
        made = [Line(door, name, by_door.get(door, NOTHING)) for door, name in found.doors.items()]
    else:
        made = _grouped(found.places, found.counts.venues, _KEYS[level])
    return tuple(sorted(made, key=lambda line: (-line.sums.people, line.name, line.id)))


def _grouped(
    places: tuple[Place, ...], venues: Mapping[str, Sums], key: Callable[[Place], tuple[str, str]]
) -> list[Line]:
    groups: dict[tuple[str, str], list[Sums]] = {}
    for place in places:
        groups.setdefault(key(place), []).append(venues.get(place.id, NOTHING))
    return [Line(*named, total(parts), len(parts)) for named, parts in groups.items()]


def _many(found: Figures, key: Callable[[Place], tuple[str, str]]) -> bool:
    return len({key(place) for place in found.places}) > 1


def _area(place: Place) -> tuple[str, str]:
    return place.area_id, place.area_name


def _enterprise(place: Place) -> tuple[str, str]:
    return place.enterprise_id, place.enterprise_name


def _venue(place: Place) -> tuple[str, str]:
    return place.id, place.name


_KEYS: Mapping[Level, Callable[[Place], tuple[str, str]]] = {
    Level.AREA: _area,
    Level.ENTERPRISE: _enterprise,
    Level.VENUE: _venue,
}
