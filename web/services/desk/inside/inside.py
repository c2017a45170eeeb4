"""Who is inside now, and how that is known: scanned at the door, counted, or only not seen to leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from web.db.connecting.connection import Connection, Record
from web.services.desk.inside.inside_beyond import GoneOn, day_began, days_begun, gone_on, longest_first
from web.services.desk.projecting.projecting_stays import SEEN
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.store.drawn import inside as store
from web.store.drawn import projecting
from web.store.drawn.inside import Among
from web.store.places import surrounding
from web.store.scope import Scope

# How far back exits are looked at, to say how well they are seen.
QUALITY_DAYS = 7
LISTED_MOST = 2_000
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who came in and was not seen to leave, masked; `people` counts those with them.

    `entry_id` is the entry that they came in with.
    """

    entry_id: str
    venue_id: str
    venue_name: str
    entrance_name: str
    time_zone: str
    in_ms: int
    masked_name: str
    visitor_class: str
    people: int


@dataclass(frozen=True, slots=True)
class VenueInside:
    """How many are in a venue: `named` people of `stays` stays, and `unnamed` whom nobody names.

    `since_ms` is when the first of the named came, None when there are none. Whoever is not seen to leave is
    taken to have left at `ends`, a time of day there like "00:00". Of a venue that `surrounds` its area,
    `beyond` of the named went on into a venue of it.
    """

    venue_id: str
    venue_name: str
    enterprise_name: str
    time_zone: str
    capacity: int | None
    stays: int
    named: int
    unnamed: int
    since_ms: int | None
    ends: str
    surrounds: bool
    beyond: int

    @property
    def people(self) -> int:
        """All of them."""
        return self.named + self.unnamed


@dataclass(frozen=True, slots=True)
class Exits:
    """How the stays of the last QUALITY_DAYS days ended, by ending."""

    by_ending: Mapping[str, int]

    @property
    def all(self) -> int:
        """All that ended."""
        return sum(self.by_ending.values())

    @property
    def seen(self) -> int:
        """Those that somebody saw: scanned, or swept by a guard."""
        return sum(self.by_ending.get(ending, 0) for ending in SEEN)


@dataclass(frozen=True, slots=True)
class Inside:
    """Who is inside at `as_of_ms`, by venue and one by one, the longest inside first.

    `exits` are told for one venue only. `is_cut` when there are more people than listed.
    """

    as_of_ms: int
    venues: tuple[VenueInside, ...]
    listed: tuple[Person, ...]
    exits: Exits | None
    is_cut: bool
    # People in two of these venues, one of which surrounds the other.
    twice: int

    @property
    def people(self) -> int:
        """All of them, each once."""
        return sum(venue.people for venue in self.venues) - self.twice

    @property
    def unnamed(self) -> int:
        """Those whom nobody names."""
        return sum(venue.unnamed for venue in self.venues)


def inside(
    inst: Installation,
    scope: Scope,
    venue_id: str | None = None,
    *,
    enterprise_id: str = "",
    area_id: str = "",
    most: int = LISTED_MOST,
) -> Inside:
    """Who is in a venue, or in all venues of an enterprise, an area or the scope; masked.

    At most `most` are listed one by one, none for 0. NotFoundError for a venue outside the scope.
    """
    among = Among(venue_id or "", enterprise_id, area_id)

    def work(connection: Connection) -> Inside:
        now_ms = inst.now_ms()
        rows = store.venue_rows(connection, scope, among)
        if venue_id and not rows:
            raise NotFoundError
        walls = [row for row in rows if row.surrounds]
        gone = gone_on(connection, scope, walls, now_ms, listed={row.id for row in rows})
        found = _venues(connection, scope, among, rows, gone, now_ms)
        listed = [one.row for one in gone if venue_id or not one.counted]
        people = longest_first(store.people(connection, scope, among, most + 1), listed) if most else ()
        exits = exits_of(connection, scope, rows[0], now_ms) if venue_id else None
        upto_ms = projecting.drawn_upto_ms(connection, now_ms)
        return Inside(
            upto_ms,
            found,
            tuple(_person(row) for row in people[:most]),
            exits,
            len(people) > most > 0,
            sum(min(one.row.people, one.counted) for one in gone),
        )

    return inst.read(work)


def exits_of(connection: Connection, scope: Scope, venue: Record, now_ms: int) -> Exits:
    """How well exits are seen at a venue in scope, a row of `store.venue_rows`."""
    since_ms = now_ms - QUALITY_DAYS * _DAY_MS
    if venue.surrounds:
        # Of whoever went on today, nobody can say yet.
        return Exits(surrounding.endings(connection, scope, venue.id, since_ms, day_began(venue, now_ms)))
    return Exits(store.endings(connection, scope, venue.id, since_ms))


def unnamed_at(connection: Connection, scope: Scope, rows: Sequence[Record], now_ms: int) -> dict[str, int]:
    """How many are in these venues (rows of `store.venue_rows`) whom nobody names, since their day began."""
    among = Among(rows[0].id) if len(rows) == 1 else Among()
    found = store.unnamed(connection, scope, among, days_begun(rows, now_ms), now_ms)
    return {row.id: found[row.id] for row in rows if row.id in found}


def _venues(
    connection: Connection,
    scope: Scope,
    among: Among,
    rows: Sequence[Record],
    gone: Sequence[GoneOn],
    now_ms: int,
) -> tuple[VenueInside, ...]:
    """Every venue in which somebody is, the fullest first; a venue that was asked for in any case."""
    counted = {row.venue_id: row for row in store.counts(connection, scope, among)}
    nameless = unnamed_at(connection, scope, rows, now_ms)
    beyond: dict[str, list[Record]] = defaultdict(list)
    for one in gone:
        beyond[one.row.venue_id].append(one.row)
    found = [
        _venue(row, counted.get(row.id), nameless.get(row.id, 0), beyond[row.id])
        for row in rows
        if among.venue_id or row.id in counted or row.id in nameless or row.id in beyond
    ]
    return tuple(sorted(found, key=lambda venue: (-venue.people, venue.venue_name)))


def _venue(row: Record, counted: Record | None, unnamed: int, beyond: Sequence[Record]) -> VenueInside:
    stays, people = (counted.stays, int(counted.people)) if counted else (0, 0)
    first = [one.since_ms for one in (counted,) if one] + [one.in_ms for one in beyond]
    people_beyond = sum(one.people for one in beyond)
    return VenueInside(
        row.id,
        row.name,
        row.enterprise_name,
        row.time_zone,
        row.capacity,
        stays + len(beyond),
        people + people_beyond,
        unnamed,
        min(first, default=None),
        f"{row.stays_end_minute // 60:02d}:{row.stays_end_minute % 60:02d}",
        bool(row.surrounds),
        people_beyond,
    )


def _person(row: Record) -> Person:
    return Person(
        row.entry_id,
        row.venue_id,
        row.venue_name,
        row.entrance_name or "",
        row.time_zone,
        row.in_ms,
        row.masked_name or "",
        row.visitor_class or "",
        row.people,
    )
