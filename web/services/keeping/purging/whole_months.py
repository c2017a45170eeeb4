"""Erases a month at once when nothing of it is kept any more, where months have tables of their own.

What is due goes day by day; a month that is over as a whole was left behind (the site did not run, a rule
became shorter), or is empty and still takes room.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial

import structlog

from domain.keeping import NodeKind, Purpose
from web.db.connecting.connection import Connection, DatabaseAwayError
from web.db.connecting.turns import Turn, taken
from web.db.months import months
from web.db.months.months import Month
from web.services.installation import Installation
from web.services.keeping.purging import runs
from web.services.keeping.purging.runs import Erased
from web.store.keeping import keeping_due, keeping_months

_AT_ONCE = 500
_Stopping = Callable[[], bool]


def erased(
    inst: Installation, owners: Mapping[str, str], before_ms: int, stopping: _Stopping
) -> tuple[int, int]:
    """Erase the months that are over before a time, which no rule keeps for longer; records and people.

    `owners` is the enterprise of each venue. A month in which anything is held is left to be looked through.
    """
    records = people = 0
    for month in inst.read(partial(keeping_months.over, before_ms=before_ms)):
        if stopping():
            break
        whose = inst.ask(partial(keeping_months.people, month=month))
        try:
            count = inst.write(partial(_emptied, inst=inst, month=month, owners=owners, before_ms=before_ms))
        except DatabaseAwayError:
            # Somebody reads it for long, a backup perhaps: what is due goes row by row in this same run.
            structlog.get_logger().info("month_is_read", part=month.part)
            continue
        records += count
        if count:
            people += _forgotten(inst, whose, owners, before_ms, stopping)
    return records, people


def _emptied(
    connection: Connection, inst: Installation, month: Month, owners: Mapping[str, str], before_ms: int
) -> int:
    """Empty a month and count what it knew, in one transaction; 0 when it must not be, or knew nothing."""
    months.locked(connection, month)
    told = keeping_months.counted(connection, month)
    last_ms = keeping_months.newest(connection, month, before_ms)
    # Whoever checks in, or is held, meanwhile waits: but not while all that is counted.
    taken(connection, Turn.APPENDING)
    if last_ms >= before_ms or keeping_months.is_held(connection, month):
        return 0
    for row in told:
        node = f"{NodeKind.VENUE} {row.venue_id}"
        what = Erased(Purpose.PASSAGES, row.records, node, before_ms)
        runs.noted(connection, inst, owners.get(row.venue_id, ""), what)
    months.emptied(connection, month)
    return sum(row.records for row in told)


def _forgotten(
    inst: Installation,
    whose: list[tuple[str, str]],
    owners: Mapping[str, str],
    before_ms: int,
    stopping: _Stopping,
) -> int:
    """Forget those whom nothing keeps then; who is left when it is stopped goes as one who never came."""
    by_venue: dict[str, list[str]] = defaultdict(list)
    for visitor_id, venue_id in whose:
        by_venue[venue_id].append(visitor_id)
    gone = 0
    for venue_id, ids in sorted(by_venue.items()):
        for at in range(0, len(ids), _AT_ONCE):
            if stopping():
                return gone
            some = ids[at : at + _AT_ONCE]
            gone += inst.write(partial(_people, inst, owners.get(venue_id, ""), venue_id, some, before_ms))
    return gone


def _people(
    inst: Installation, owner: str, venue_id: str, ids: list[str], before_ms: int, connection: Connection
) -> int:
    taken(connection, Turn.APPENDING)
    gone = keeping_due.people_erased(connection, ids, inst.now_ms())
    told = Erased(Purpose.VISITORS, gone, f"{NodeKind.VENUE} {venue_id}", before_ms)
    runs.noted(connection, inst, owner, told)
    return gone
