"""Ends the stays of whoever nobody saw leave, when the hour of their venue has come."""

from __future__ import annotations

from web.db.connection import Connection
from web.services.desk.projecting_stays import Ending
from web.services.desk.projecting_times import stays_end_after, stays_end_before
from web.services.installation import Installation
from web.store import projecting, stays

_AT_ONCE = 2_000


def ended_by_rule(inst: Installation) -> int:
    """End every stay whose venue's hour is past; returns how many. To be asked once a minute or so."""
    now_ms = inst.now_ms()
    ended = 0
    for venue_id, (zone, minute) in inst.read(stays.clocks_of_open).items():
        last_end = stays_end_before(now_ms + 1, zone, minute)
        while some := _ended(inst, venue_id, zone, minute, last_end):
            ended += some
    return ended


def _ended(inst: Installation, venue_id: str, zone: str, minute: int, before_ms: int) -> int:
    def due(connection: Connection) -> list[tuple[str, int]]:
        return stays.open_before(connection, venue_id, before_ms, _AT_ONCE)

    if not inst.read(due):
        return 0

    def work(connection: Connection) -> int:
        projecting.turn_taken(connection)
        found = due(connection)
        ends = [(entry_id, stays_end_after(in_ms, zone, minute)) for entry_id, in_ms in found]
        stays.ended(connection, ends, Ending.RULE)
        return len(found)

    return inst.write(work)
