"""Where visitors are, as their own page tells them, and the poster by which they check out."""

from __future__ import annotations

from dataclasses import dataclass

from domain.venue import Direction, poster_symbols
from web.db.connecting.connection import Connection
from web.services.installation import Installation
from web.store.people import own_visits

# Whoever was let in longer ago has left, seen or not.
_LONGEST_MS = 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """A visit that has not ended; `symbols` are those of a poster there, "" when none hangs."""

    venue_name: str
    entrance_name: str
    since_ms: int
    time_zone: str
    symbols: str


def inside(inst: Installation, visitor_id: str) -> OwnVisit | None:
    """The venue whose entrance let this visitor in last, unless they were seen leaving since."""

    def work(connection: Connection) -> OwnVisit | None:
        row = own_visits.last_passage(connection, visitor_id, inst.now_ms() - _LONGEST_MS)
        if row is None or row.direction != Direction.IN:
            return None
        poster = own_visits.poster_of(connection, row.venue_id, row.entrance_id)
        symbols = poster_symbols(bytes.fromhex(poster)) if poster else ""
        return OwnVisit(row.venue_name, row.entrance_name, row.true_ms, row.time_zone, symbols)

    return inst.read(work)
