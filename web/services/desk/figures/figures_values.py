"""Figures as values: sums of passages, shares of a side, and how long something took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from web.db.connecting.connection import Record
from web.store.drawn.day_counts import NUMBERS


class Sums(NamedTuple):
    """Passages, and the people and vehicles in them: let in, let out, turned away, sent to staff."""

    entries: int = 0
    people_in: int = 0
    people_out: int = 0
    people_refused: int = 0
    people_referred: int = 0
    vehicles_in: int = 0
    vehicles_out: int = 0
    vehicles_refused: int = 0
    vehicles_referred: int = 0

    @property
    def people(self) -> int:
        """Everybody who was checked, whatever came of it."""
        return self.people_in + self.people_out + self.people_refused + self.people_referred

    @property
    def vehicles(self) -> int:
        """Every vehicle that was checked."""
        return self.vehicles_in + self.vehicles_out + self.vehicles_refused + self.vehicles_referred


NOTHING = Sums()


def sums_of(row: Record) -> Sums:
    """The numbers of a row of counts; what was not asked for is 0."""
    return Sums(*(int(getattr(row, name, 0) or 0) for name in NUMBERS))


def total(parts: Iterable[Sums]) -> Sums:
    """All of them together."""
    return Sums(*map(sum, zip(*parts, strict=True))) if (parts := list(parts)) else NOTHING


@dataclass(frozen=True, slots=True)
class Counts:
    """What passages come to, by venue, by local day, by (day, hour), and by the values of each side.

    By hour and by sides people are counted, and no vehicles.
    """

    venues: Mapping[str, Sums] = field(default_factory=dict)
    days: Mapping[int, Sums] = field(default_factory=dict)
    hours: Mapping[tuple[int, int], Sums] = field(default_factory=dict)
    sides: Mapping[str, Mapping[str, Sums]] = field(default_factory=dict)

    @property
    def whole(self) -> Sums:
        """All passages."""
        return total(self.days.values())


@dataclass(frozen=True, slots=True)
class Spread:
    """How often something took so long: ascending (value, times)."""

    steps: tuple[tuple[int, int], ...]

    @property
    def times(self) -> int:
        """How often it was measured."""
        return sum(times for _, times in self.steps)

    def quantile(self, percent: int) -> int | None:
        """The least value that `percent` of all do not exceed; None when nothing was measured.

        The nearest-rank definition (ISO 3534-1 §1.14 has others): a value that was really measured.
        """
        wanted = -(-self.times * percent // 100)
        reached = 0
        for value, times in self.steps:
            reached += times
            if times > 0 and reached >= wanted:
                return value
        return None

    def within(self, edges: tuple[int, ...]) -> tuple[int, ...]:
        """How often it was below each edge and not below the one before; the last are the rest."""
        found = [0] * (len(edges) + 1)
        for value, times in self.steps:
            found[sum(value >= edge for edge in edges)] += times
        return tuple(found)


def spread_of(steps: Mapping[int, int]) -> Spread:
    """The spread of times by value."""
    return Spread(tuple(sorted((value, times) for value, times in steps.items() if times)))
