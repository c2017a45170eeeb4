"""Builds the database of the query bench: one day the way entries really come, the others copied from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from bench.query import cloning, day
from bench.query.town import Town, founded
from domain.entry import Entry
from web.db.connection import Connection
from web.services.desk import projecting
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.operations import planning
from web.services.passing.recording import record

_AT_ONCE: Final = 2_000
_DAYS: Final = 30


def people_of(rows: int) -> int:
    """How many people make so many entries in 30 days."""
    return round(rows // _DAYS / day.PASSAGES_OF_EACH) + 1


def built(inst: Installation, rows: int, midnight_ms: int, told: Callable[[str], None]) -> tuple[Town, int]:
    """About `rows` entries over 30 days, with leaves, stays and figures; the last began at `midnight_ms`.

    The town and how many entries there are: luck decides how many go in and out on the day that is made.
    """
    a_day = rows // _DAYS
    town = founded(inst, people_of(rows))
    told(f"{town.people} people, {len(town.venues)} venues")
    made = day.entries_of(town, midnight_ms, a_day, seed=1)
    for first in range(0, len(made), _AT_ONCE):
        some = made[first : first + _AT_ONCE]
        inst.write(partial(_kept, inst=inst, made=some))
    told(f"{len(made)} entries of one day")
    while sequencing.sequence(inst):
        pass
    while projecting.caught_up(inst):
        pass
    told("in the log, in stays and figures")
    for days in range(_DAYS - 1, 0, -1):
        inst.write(partial(_cloned, days=days, midnight_ms=midnight_ms))
        told(f"{(_DAYS - days) * len(made)} of {_DAYS * len(made)} entries")
    inst.write(cloning.analysed)
    planning.renewed(inst)
    return town, _DAYS * len(made)


def midnight_before(now_ms: int) -> int:
    """When yesterday began in Shanghai."""
    ahead_ms = 8 * 3_600_000
    return (now_ms + ahead_ms) // cloning.DAY_MS * cloning.DAY_MS - ahead_ms - cloning.DAY_MS


def _kept(connection: Connection, inst: Installation, made: list[Entry]) -> None:
    # Received as they were made: the bench asks about times, not about delays.
    record(connection, inst.cipher, made, made[-1].at_ms)


def _cloned(connection: Connection, days: int, midnight_ms: int) -> None:
    cloning.cloned(connection, days, midnight_ms)
