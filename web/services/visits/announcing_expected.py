"""Who is expected: an enterprise's visits of a day, and whether each of them came, is inside or has left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.outcome import Outcome
from domain.venue import Direction
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places.places import DEFAULT_ZONE
from web.services.visits import hosts
from web.store.places import places
from web.store.scope import Scope
from web.store.visits import visit_entries, visits

SHOWN_MOST = 500


class Standing(StrEnum):
    """How far a visit is."""

    EXPECTED = "expected"
    TURNED_AWAY = "turned_away"
    INSIDE = "inside"
    LEFT = "left"
    NOT_COME = "not_come"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as lists show it; host and visitor masked. `venue_name` "" means any of the enterprise."""

    id: str
    visitor_id: str
    masked_name: str
    short_number: str
    visitor_class: str
    masked_host: str
    purpose: str
    venue_id: str
    venue_name: str
    zone: str
    from_ms: int
    until_ms: int
    standing: Standing
    arrived_ms: int | None
    left_ms: int | None
    is_invited: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day's visits by time, at most 500 of `count`, and how many visits there are on days to come."""

    day: date
    visits: tuple[Visit, ...]
    count: int
    later: int

    def number(self, standing: str) -> int:
        """How many of those shown are so far, by a value of `Standing`."""
        return sum(visit.standing == standing for visit in self.visits)


@dataclass(frozen=True, slots=True)
class Detail:
    """One visit with its host in clear, its enterprise, and what else of its series is to come."""

    visit: Visit
    enterprise_id: str
    host: str
    series: tuple[Visit, ...]


def of_day(inst: Installation, scope: Scope, enterprise_id: str, day: date | None = None) -> Day:
    """Whom an enterprise expects on a day (today), by the calendar of the default zone.

    NotFoundError outside the scope.
    """
    zone = ZoneInfo(DEFAULT_ZONE)
    day = day or datetime.fromtimestamp(inst.now_ms() / 1000, zone).date()
    first_ms, next_ms = (
        int(datetime(at.year, at.month, at.day, tzinfo=zone).timestamp()) * 1000
        for at in (day, day + timedelta(days=1))
    )

    def work(connection: Connection) -> Day:
        if places.enterprise_row(connection, scope, enterprise_id) is None:
            raise NotFoundError
        rows = visits.rows(connection, scope, enterprise_id, first_ms, next_ms, SHOWN_MOST)
        count, later = visits.counts(connection, scope, enterprise_id, first_ms, next_ms)
        return Day(day, shown(connection, inst, rows), count, later)

    return inst.read(work)


def detail(inst: Installation, scope: Scope, visit_id: str) -> Detail:
    """One visit, withdrawn or not; NotFoundError outside the scope."""

    def work(connection: Connection) -> Detail:
        row = visits.row(connection, scope, visit_id)
        if row is None:
            raise NotFoundError
        (visit,) = shown(connection, inst, [row])
        series = visits.of_series(connection, scope, row.series_id)
        ahead = [one for one in series if one.until_ms > inst.now_ms() and one.id != row.id]
        host = hosts.opened(inst.cipher, "visits", row.id, row.host_sealed)
        return Detail(visit, row.enterprise_id, host, shown(connection, inst, ahead))

    return inst.read(work)


def shown(connection: Connection, inst: Installation, rows: Sequence[Record]) -> tuple[Visit, ...]:
    """Rows of `store.visits` as lists show them, with what is known of who came."""
    came: dict[str, list[Record]] = {}
    for passage in visit_entries.passages(connection, [row.id for row in rows]):
        came.setdefault(passage.visit_id, []).append(passage)
    return tuple(_shown(inst, row, came.get(row.id, [])) for row in rows)


def _shown(inst: Installation, row: Record, passages: Sequence[Record]) -> Visit:
    admitted = [one for one in passages if one.outcome == Outcome.ADMITTED]
    arrivals = [one for one in admitted if one.direction == Direction.IN]
    left_ms = _left_ms(admitted, arrivals)
    standing = _standing(row, inst.now_ms(), bool(passages), bool(admitted), left_ms)
    return Visit(
        row.id,
        row.visitor_id,
        row.masked_name,
        row.short_number,
        row.visitor_class,
        hosts.masked(inst.cipher, "visits", row.id, row.host_sealed),
        row.purpose,
        row.venue_id,
        row.venue_name or "",
        row.time_zone or DEFAULT_ZONE,
        row.from_ms,
        row.until_ms,
        standing,
        arrivals[0].true_ms if arrivals else None,
        left_ms,
        bool(row.invitation_id),
    )


def _left_ms(admitted: Sequence[Record], arrivals: Sequence[Record]) -> int | None:
    """When they left for good, seen at a door or by the rule that ends stays; None while inside."""
    if not admitted:
        return None
    last = admitted[-1]
    if last.direction == Direction.OUT:
        return int(last.true_ms)
    ended = arrivals[-1].out_ms
    return None if ended is None else int(ended)


def _standing(row: Record, now_ms: int, tried: bool, came: bool, left_ms: int | None) -> Standing:
    if row.withdrawn_ms is not None and not came:
        return Standing.WITHDRAWN
    if came:
        return Standing.INSIDE if left_ms is None else Standing.LEFT
    if row.until_ms <= now_ms:
        return Standing.NOT_COME
    return Standing.TURNED_AWAY if tried else Standing.EXPECTED
