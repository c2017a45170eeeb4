"""What was known of visitors at any time: whoever decides or judges again asks here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from domain.credential import APPOINTMENT, Credential
from domain.facts import VisitorFacts
from domain.hold import Hold, HoldLevel
from domain.visitor import VisitorClass
from web.db.connecting.connection import Connection, Record
from web.store.people import facts
from web.store.visits import visits


class Known:
    """What was known of some visitors, read once and told for any time."""

    def __init__(self, connection: Connection, visitor_ids: Sequence[str]) -> None:
        ids = sorted(set(visitor_ids))
        self._rows = {row.id: row for row in facts.visitor_rows(connection, ids)} if ids else {}
        held = list(self._rows)
        self._credentials = _by_visitor(facts.credentials_of(connection, held) if held else ())
        self._venues = visits.venues_of(connection, _announced(self._credentials))
        self._holds = _by_visitor(facts.holds_of(connection, held) if held else ())
        self._areas = _by_visitor(facts.areas_of(connection, held) if held else ())
        self._plain: dict[str, VisitorFacts] = {}

    def at(self, visitor_id: str, at_ms: int) -> VisitorFacts | None:
        """The visitor as known at a time; None for one nobody knows."""
        row = self._rows.get(visitor_id)
        if row is None:
            return None
        credentials, holds, areas = (
            rows.get(visitor_id, ()) for rows in (self._credentials, self._holds, self._areas)
        )
        if not credentials and not holds and not areas:  # most: nothing about them changes
            found = self._plain.get(visitor_id)
            if found is None:
                found = self._plain[visitor_id] = _facts(row, owner=row.enterprise_id)
            return found
        return _facts(
            row,
            tuple(
                Hold(HoldLevel(hold.level), hold.until_ms, hold.instruction)
                for hold in holds
                if _stood(hold.confirmed_ms, hold.lifted_ms, at_ms)
            ),
            tuple(
                self._credential(held)
                for held in credentials
                if _stood(held.created_ms, held.withdrawn_ms, at_ms)
                # An appointment is worth what the visit behind it is.
                and (held.kind != APPOINTMENT or self._venues.get(held.id))
            ),
            tuple((area.area, area.at_ms) for area in areas if area.created_ms <= at_ms),
            row.enterprise_id,
        )

    def _credential(self, held: Record) -> Credential:
        venues = self._venues.get(held.id, frozenset())
        return Credential(held.kind, held.since_ms, held.until_ms, bool(held.verified), venues)


def known_at(connection: Connection, visitor_ids: Sequence[str], at_ms: int) -> dict[str, VisitorFacts]:
    """What was known of these visitors at a time, by id; those nobody knows are left out."""
    known = Known(connection, visitor_ids)
    found = ((identity, known.at(identity, at_ms)) for identity in visitor_ids)
    return {identity: visitor for identity, visitor in found if visitor is not None}


def _stood(from_ms: int, until_ms: int | None, at_ms: int) -> bool:
    return from_ms <= at_ms and (until_ms is None or until_ms > at_ms)


def _announced(credentials: Mapping[str, Sequence[Record]]) -> list[str]:
    """Who has an appointment: few, so that nothing is asked for everybody else."""
    return [who for who, held in credentials.items() if any(one.kind == APPOINTMENT for one in held)]


def _by_visitor(rows: Sequence[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        found[row.visitor_id].append(row)
    return found


def plain(row: Record) -> VisitorFacts:
    """A visitor of whom nothing else is known, out of a row with their id, class, masked name and number.

    Whose they are is left out: it matters for codes alone, and here none was shown.
    """
    return _facts(row)


def is_plain(door: Record) -> bool:
    """Whether somebody was found with a row of `at_the_door.poster_and_person`, nothing else is known of
    them, and nobody hears of their entry.
    """
    return door.visitor_id is not None and not (door.has_facts or door.has_visits or door.is_heard)


def plain_at_door(door: Record) -> VisitorFacts:
    """As `plain`, out of a row of `at_the_door.poster_and_person`."""
    visitor_class = VisitorClass(door.visitor_class)
    return VisitorFacts(
        door.visitor_id, visitor_class, masked_name=door.masked_name, short_number=door.visitor_number
    )


def _facts(
    row: Record,
    holds: tuple[Hold, ...] = (),
    credentials: tuple[Credential, ...] = (),
    areas: tuple[tuple[str, int], ...] = (),
    owner: str = "",
) -> VisitorFacts:
    visitor_class = VisitorClass(row.visitor_class)
    return VisitorFacts(
        row.id, visitor_class, holds, credentials, areas, row.masked_name, row.short_number, owner
    )
