"""Builds the database of the query bench: one day the way entries really come, the others copied from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from bench.query import cloning, day
from bench.query.town import founded
from domain.entry import Entry
from web.db.connecting.connection import Connection
from web.db.connecting.engine import EACH_ALONE
from web.services.desk.projecting import projecting
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.operations import planning
from web.services.passing.recording import record

_AT_ONCE: Final = 2_000
_DAYS: Final = 30


def people_of(rows: int) -> int:
    """How many people make so many entries in 30 days."""
    return round(rows // _DAYS / day.PASSAGES_OF_EACH) + 1


@dataclass(frozen=True, slots=True)
class Begun:
    """How far a database is built: when its newest day began, how many entries a day has, days there are."""

    midnight_ms: int
    a_day: int
    days: int

    @property
    def rows(self) -> int:
        """How many entries it has."""
        return self.a_day * self.days

    @property
    def is_whole(self) -> bool:
        """Whether all days are there."""
        return self.days == _DAYS


def begun(inst: Installation, rows: int, midnight_ms: int, told: Callable[[str], None]) -> Begun:
    """The first day, of `rows` entries in 30: its people, with leaves, stays and figures.

    Luck decides how many go in and out on the day that is made.
    """
    a_day = rows // _DAYS
    town = founded(inst, people_of(rows))
    told(f"{town.people} people, {len(town.venues)} venues")
    made = day.entries_of(town, midnight_ms, a_day, seed=1)
    for first in range(0, len(made), _AT_ONCE):
        some = made[first : first + _AT_ONCE]
        inst.write(partial(_kept, inst=inst, made=some))
    # As a site does when its rows have doubled.
    planning.renewed(inst)
    told(f"{len(made)} entries of one day")
    while sequencing.sequence(inst):
        pass
    while projecting.caught_up(inst):
        pass
    told("in the log, in stays and figures")
    return Begun(midnight_ms, len(made), 1)


def continued(inst: Installation, begun: Begun, told: Callable[[str], None]) -> Iterator[Begun]:
    """The days before, one after another; each is durable when it is told."""
    for days in range(begun.days, _DAYS):
        inst.write(partial(_cloned, days=days, midnight_ms=begun.midnight_ms))
        begun = replace(begun, days=days + 1)
        told(f"{begun.rows} of {_DAYS * begun.a_day} entries")
        yield begun


def looked_at(inst: Installation) -> None:
    """Let the database look at what it holds, as its own housekeeping would by now."""
    planning.renewed(inst)
    with inst.reading.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(**EACH_ALONE)
            connection.exec_driver_sql("VACUUM (ANALYZE)")


def midnight_before(now_ms: int) -> int:
    """When yesterday began in Shanghai."""
    ahead_ms = 8 * 3_600_000
    return (now_ms + ahead_ms) // cloning.DAY_MS * cloning.DAY_MS - ahead_ms - cloning.DAY_MS


def _kept(connection: Connection, inst: Installation, made: list[Entry]) -> None:
    # Received as they were made: the bench asks about times, not about delays.
    record(connection, inst.cipher, made, made[-1].at_ms)


def _cloned(connection: Connection, days: int, midnight_ms: int) -> None:
    cloning.cloned(connection, days, midnight_ms)
