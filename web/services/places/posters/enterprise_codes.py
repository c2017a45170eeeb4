"""The codes of one enterprise: how many hang where, and which have fallen silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.hours import local_time
from domain.venue import PosterState, VenueState
from web.db.connecting.connection import Record
from web.services.installation import Installation
from web.store.places import enterprise_codes
from web.store.scope import Scope

SILENT_DAYS = 7
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class SilentCode:
    """A code that should be in use and is not; `last` is the last day it was, None for never."""

    venue_id: str
    venue_name: str
    entrance_name: str
    last: date | None


@dataclass(frozen=True, slots=True)
class Codes:
    """How many doors have a code, by the code's state, how many have none, and the silent ones."""

    by_state: Mapping[str, int]
    without: int
    silent: tuple[SilentCode, ...]


def codes(inst: Installation, scope: Scope, enterprise_id: str) -> Codes:
    """The codes at the doors of an enterprise; nothing outside the scope.

    A code is silent when its venue is open, it was issued a week ago or earlier, and nobody used it since.
    """
    rows = inst.ask(lambda connection: enterprise_codes.rows(connection, scope, enterprise_id))
    states = Counter(PosterState(row.state).value for row in rows if row.state is not None)
    silent = tuple(
        SilentCode(row.venue_id, row.venue_name, row.name, _last(row))
        for row in rows
        if _is_silent(row, inst.now_ms())
    )
    return Codes(states, sum(row.state is None for row in rows), silent)


def _last(row: Record) -> date | None:
    return None if row.last_day is None else _EPOCH + timedelta(days=row.last_day)


def _is_silent(row: Record, now_ms: int) -> bool:
    if row.state is None or row.venue_state != VenueState.OPEN:
        return False
    since = local_time(now_ms, row.time_zone).date() - timedelta(days=SILENT_DAYS)
    last = _last(row)
    fresh = local_time(row.issued_ms, row.time_zone).date() > since
    return not fresh and (last is None or last <= since)
