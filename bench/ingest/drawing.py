"""The log and the figures beside what is measured: brought up before, and how long they take afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from bench.clocks import Clocks
from bench.ingest.site import Place
from web.db.connecting.connection import Connection
from web.services.installation import Installation, opened_to_read
from web.services.logs import sequencing
from web.store.drawn import projecting
from web.store.logs import log

_TOLD_EVERY: Final = 500_000
_LOOK_EVERY_S: Final = 0.05
_LONGEST_S: Final = 600.0


def signed(inst: Installation, told: Callable[[str], None]) -> None:
    """Sign all leaves that wait, so that the worker has only what comes from now on.

    Days that were copied (`bench.query.cloning`) brought their figures and stays: they count as drawn.
    """
    done, next_told = 0, _TOLD_EVERY
    while placed := sequencing.sequence(inst):
        done += placed
        if done >= next_told:
            told(f"{done} leaves signed")
            next_told += _TOLD_EVERY
    if done:
        inst.write(_counted_as_drawn)


def waiting_for_drawing(place: Place, clocks: Clocks) -> float:
    """Wait until all that is in the database is signed and drawn; how many seconds it took."""
    inst, began = opened_to_read(place.settings, lambda: int(clocks.now() * 1000)), clocks.seconds()
    try:
        while not inst.read(_is_drawn):
            if clocks.seconds() - began > _LONGEST_S:
                raise RuntimeError("nobody draws what came")
            time.sleep(_LOOK_EVERY_S)
    finally:
        inst.close()
    return clocks.seconds() - began


def _counted_as_drawn(connection: Connection) -> None:
    projecting.turn_taken(connection)
    missing = log.size(connection) - projecting.drawn(connection)
    if missing:
        projecting.moved(connection, missing)


def _is_drawn(connection: Connection) -> bool:
    return not log.unsequenced(connection, 1) and projecting.drawn(connection) >= log.size(connection)
