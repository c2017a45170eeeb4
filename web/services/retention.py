"""Forgets who it was when its time is over; the entry, its leaf and every proof stay as they are."""

from __future__ import annotations

from domain.log import purge_leaf
from web.db.connection import Connection
from web.db.turns import Turn, taken
from web.services.gates import gate_facts
from web.services.installation import Installation, new_id
from web.services.passing import poster_watch
from web.store import deed_subjects, entries, invitations, roll_calls, stays, traces, visitors, visits

# What posters promise to the people who scan them.
RETENTION_DAYS = 28
_DAY_MS = 86_400_000
_AT_ONCE = 500


def purge(inst: Installation) -> tuple[int, int]:
    """Erase what is older than the retention; returns how many private records and people.

    In small transactions, each with its own leaf: stopped anywhere, it goes on where it was.
    """
    before_ms = inst.now_ms() - RETENTION_DAYS * _DAY_MS
    records = people = 0
    while True:
        erased, forgotten = inst.write(lambda connection: _step(connection, inst, before_ms))
        records, people = records + erased, people + forgotten
        if not erased and not forgotten:
            # Stays are drawn from those records, and say as much.
            while inst.write(lambda connection: stays.erased(connection, before_ms, _AT_ONCE)):
                pass
            gate_facts.forget_old(inst)
            poster_watch.forget_old(inst)
            return records, people


def _step(connection: Connection, inst: Installation, before_ms: int) -> tuple[int, int]:
    # Whoever checks in meanwhile must not come upon somebody who is being forgotten.
    taken(connection, Turn.APPENDING)
    now_ms = inst.now_ms()
    records = entries.people_erased(connection, before_ms, _AT_ONCE)
    # Whom somebody expected, and who that was: as private as who came.
    records += visits.forgotten(connection, before_ms, _AT_ONCE)
    records += invitations.forgotten(connection, before_ms, _AT_ONCE)
    # Whom a marshal met and did not have on the list.
    roll_calls.names_forgotten(connection, before_ms)
    # Whom staff asked for is forgotten with what they found.
    deed_subjects.erased(connection, before_ms, _AT_ONCE)
    traces.closed_before(connection, before_ms, now_ms)
    people = visitors.forgotten(connection, before_ms, now_ms // 1000, _AT_ONCE)
    if records or people:
        entries.leaf_added(connection, "purge", new_id(), purge_leaf(now_ms, before_ms, records, people))
    return records, people
