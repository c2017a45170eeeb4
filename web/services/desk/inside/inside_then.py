"""Who was inside a venue at a time, and when they were seen to leave after that: for roll calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from web.db.connecting.connection import Connection, Record
from web.services.desk.inside.inside_beyond import gone_on, longest_first
from web.services.desk.projecting.projecting_stays import SEEN
from web.store.drawn import inside
from web.store.drawn.stays import LONGEST_MS
from web.store.places import surrounding
from web.store.scope import Scope


def people_at(
    connection: Connection, scope: Scope, venue_id: str, at_ms: int, walls: Sequence[Record]
) -> Sequence[Record]:
    """The stays of everybody inside a venue in scope, the longest first.

    `walls` is its row of `inside.venue_rows` if it surrounded its area, and nothing else.
    """
    people = inside.people_at(connection, scope, venue_id, at_ms, at_ms - LONGEST_MS)
    return longest_first(people, [one.row for one in gone_on(connection, scope, walls, at_ms, at_ms)])


def seen_out(
    connection: Connection, scope: Scope, roll_call: Record, people: Sequence[Record]
) -> Mapping[str, int]:
    """When they were seen to leave while a roll call in scope went on, by the entry they came in with."""
    began_ms, ended_ms = roll_call.started_ms, roll_call.ended_ms
    until_ms = began_ms + LONGEST_MS if ended_ms is None else ended_ms
    if not roll_call.surrounds:
        return {one.entry_id: one.out_ms for one in people if one.ending in SEEN and one.out_ms <= until_ms}
    # Leaving a building does not lead out of the park.
    outs = surrounding.seen_out(connection, scope, roll_call.venue_id, began_ms, until_ms)
    return {one.entry_id: outs[one.visitor_id] for one in people if one.visitor_id in outs}
