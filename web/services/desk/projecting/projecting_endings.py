"""Ends the stays of whoever nobody saw leave, when the hour of their venue has come."""

from __future__ import annotations

import re
import unicodedata

from domain.errors import InputError
from web.db.connecting.connection import Connection
from web.services.desk.projecting.projecting_stays import Ending
from web.services.desk.projecting.projecting_times import stays_end_after, stays_end_before
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.store.drawn import projecting, stays
from web.store.places import places
from web.store.scope import Scope

_AT_ONCE = 2_000
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def ended_by_rule(inst: Installation) -> int:
    """End every stay whose venue's hour is past; returns how many. To be asked once a minute or so."""
    now_ms = inst.now_ms()
    ended = 0
    for venue_id, (zone, minute) in inst.ask(stays.clocks_of_open).items():
        last_end = stays_end_before(now_ms + 1, zone, minute)
        while some := _ended(inst, venue_id, zone, minute, last_end):
            ended += some
    return ended


def set_end(inst: Installation, scope: Scope, venue_id: str, typed: str) -> None:
    """Set the time of day, like "22:30", at which stays of a venue in scope end unseen.

    NotFoundError outside of the scope, InputError for what is no time of day.
    """
    match = _TIME.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    if match is None:
        raise InputError("ends", "Write a time of day like 22:30.", "请填写一天中的时间，例如 22:30。")
    minute = int(match[1]) * 60 + int(match[2])
    values = {"stays_end_minute": minute}
    if not inst.write(lambda connection: places.venue_changed(connection, scope, venue_id, **values)):
        raise NotFoundError


def _ended(inst: Installation, venue_id: str, zone: str, minute: int, before_ms: int) -> int:
    def due(connection: Connection) -> list[tuple[str, int]]:
        return stays.open_before(connection, venue_id, before_ms, _AT_ONCE)

    if not inst.ask(due):
        return 0

    def work(connection: Connection) -> int:
        projecting.turn_taken(connection)
        found = due(connection)
        ends = [(entry_id, stays_end_after(in_ms, zone, minute)) for entry_id, in_ms in found]
        stays.ended(connection, ends, Ending.RULE)
        return len(found)

    return inst.write(work)
