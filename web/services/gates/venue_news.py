"""What passed in a kiosk's venue today, so that all its gates know who is inside."""

from __future__ import annotations

from dataclasses import dataclass

from web.db.connecting.connection import Connection, Record
from web.services.gates.gate import Gate
from web.services.installation import Installation, start_of_day_ms
from web.store.drawn import presence
from web.store.places import places
from web.store.scope import PROGRAM

PAGE = 500
# Two writers may commit in another order than they read the clock: the newest are told twice.
_AGAIN_MS = 3_000
_DAY_MS = 86_400_000

Place = tuple[int, str]
Row = tuple[str, str, str, int, int, str]


@dataclass(frozen=True, slots=True)
class News:
    """A page of (entry id, visitor id, direction or "", true time, people, entry it takes back)."""

    venue_id: str
    passages: tuple[Row, ...]
    after: Place
    more: bool


def news(inst: Installation, gate: Gate, after: Place) -> News:
    """What arrived of the kiosk's venue today after a place, by any gate or poster, its own too.

    Its own come along because the server may have found out whose they are.
    """

    def work(connection: Connection) -> News:
        door = places.entrance_row(connection, PROGRAM, gate.entrance_id)
        assert door is not None
        now_ms = inst.now_ms()
        # What arrived before midnight happened before it.
        begins = (start_of_day_ms(now_ms, door.time_zone), "")
        rows = presence.passages_since(connection, gate.venue_id, max(after, begins), PAGE)
        more = len(rows) == PAGE
        last = (rows[-1].received_ms, rows[-1].id) if rows else max(after, begins)
        settled = (now_ms - _AGAIN_MS, "")
        place = last if more else max(begins, min(last, settled))
        return News(gate.venue_id, tuple(_row(row) for row in rows), place, more)

    return inst.read(work)


def newest(connection: Connection, inst: Installation, gate: Gate) -> Place:
    """The place of the newest passage of the kiosk's venue within a day, (0, "") without one."""
    row = presence.newest_passage(connection, gate.venue_id, inst.now_ms() - _DAY_MS)
    return (0, "") if row is None else (row.received_ms, row.id)


def _row(row: Record) -> Row:
    direction = row.direction if row.passed else ""
    return row.id, row.visitor_id, direction, row.true_ms, row.people, row.corrects
