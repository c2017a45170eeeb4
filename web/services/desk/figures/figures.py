"""The figures of the desk: what passages come to under the one filter, and what they came to before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.reason import Reason
from web.db.connecting.connection import Connection, Record
from web.services.desk import searching
from web.services.desk.figures import figures_counting
from web.services.desk.figures.figures_counting import Counting, counting_of, source_of
from web.services.desk.figures.figures_days import Span, span_of, start_ms
from web.services.desk.figures.figures_values import Counts, Spread, Sums, spread_of
from web.services.desk.filtering.filters import Filter
from web.services.desk.inside import inside
from web.services.installation import Installation
from web.store.desk import filtering, filtering_places
from web.store.drawn import figures_reading, projecting
from web.store.drawn.figures_reading import Days
from web.store.scope import Scope


@dataclass(frozen=True, slots=True)
class Place:
    """A venue that the filter leaves, with what it belongs to."""

    id: str
    name: str
    state: str
    enterprise_id: str
    enterprise_name: str
    area_id: str
    area_name: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What passages come to in `span`, and in as many days before.

    `counts` is None where there is too much to count. `before` and `inside` are None where they are not
    kept. `doors` are the names of entrances. Entries are counted until `as_of_ms`.
    """

    span: Span
    counting: Counting
    counts: Counts | None
    before: Sums | None
    inside: int | None
    places: tuple[Place, ...]
    doors: dict[str, str]
    as_of_ms: int

    @property
    def feverish(self) -> int:
        """How many passages ended at the temperature."""
        reasons = self.counts.sides["reason"] if self.counts else {}
        return sum(
            sums.entries
            for value, sums in reasons.items()
            if value.partition(" ")[2] == Reason.TEMPERATURE_HIGH
        )


# Venues × days of which times are summed; of more venues, only the latest of the days are.
TIMES_MOST = 800


@dataclass(frozen=True, slots=True)
class Times:
    """How long passages took (seconds, by way of entry) and stays lasted (minutes), in the days of `span`.

    `is_cut` when these are only the latest of the days that were asked for; counted until `as_of_ms`.
    """

    span: Span
    paces: dict[str, Spread]
    dwell: Spread
    is_cut: bool
    as_of_ms: int


def figures(inst: Installation, scope: Scope, wanted: Filter, zone: str, *, account_id: str = "") -> Figures:
    """The figures of what a filter asks for, by whole days of `zone`.

    When it is about a person, the log says so before anything is counted.
    """
    span = span_of(wanted, inst.now_ms(), zone)
    searching.note(inst, scope, account_id, wanted)

    def work(connection: Connection) -> Figures:
        among = filtering_places.among(connection, scope, placed(wanted))
        rows = figures_reading.places(connection, among)
        counting = counting_of(wanted)
        counts, before, as_of_ms = None, None, inst.now_ms()
        if counting is Counting.ENTRIES:
            counts = one_by_one(connection, inst, scope, account_id, wanted, start_ms(span.days.first, zone))
        elif is_within(counting, len(rows), span):
            as_of_ms = projecting.drawn_upto_ms(connection, as_of_ms)
            source, earlier = source_of(wanted), span.before()
            counts = figures_counting.kept(connection, source, among, span.days, _sides(wanted))
            before = figures_counting.until_hour(connection, source, among, earlier.days, earlier.hours)
        doors = figures_reading.doors(connection, among) if wanted.venue_id or wanted.entrance_id else {}
        found = tuple(map(_place, rows))
        return Figures(span, counting, counts, before, now_inside, found, doors, as_of_ms)

    is_now = counting_of(wanted) is Counting.SIDE and span.hours is not None
    now_inside = _inside(inst, scope, wanted) if is_now else None
    return inst.look(work)


def timed(
    inst: Installation, scope: Scope, wanted: Filter, zone: str, *, account_id: str = ""
) -> tuple[Span, Counts | None, int]:
    """The days and hours of the same figures, for charts, and until when they are counted (Unix ms)."""
    span = span_of(wanted, inst.now_ms(), zone)
    searching.note(inst, scope, account_id, wanted)

    def work(connection: Connection) -> tuple[Counts | None, int]:
        among = filtering_places.among(connection, scope, placed(wanted))
        counting, now_ms = counting_of(wanted), inst.now_ms()
        if counting is Counting.ENTRIES:
            first_ms = start_ms(span.days.first, zone)
            return one_by_one(connection, inst, scope, account_id, wanted, first_ms), now_ms
        as_of_ms = projecting.drawn_upto_ms(connection, now_ms)
        count = len(figures_reading.places(connection, among)) if counting is Counting.SEVERAL else 0
        if not is_within(counting, count, span):
            return None, as_of_ms
        return figures_counting.timed(connection, source_of(wanted), among, span.days), as_of_ms

    return span, *inst.look(work)


def times(inst: Installation, scope: Scope, wanted: Filter, zone: str) -> Times:
    """How long it took at the gate and how long people stayed; of the filter, places and days count."""
    asked = span_of(wanted, inst.now_ms(), zone)

    def work(connection: Connection) -> Times:
        among = filtering_places.among(connection, scope, placed(wanted))
        most = max(1, TIMES_MOST // max(1, len(figures_reading.places(connection, among))))
        first = max(asked.days.first, asked.days.last - most + 1)
        span = Span(Days(first, asked.days.last), asked.hours)
        paces = _spreads(figures_reading.spread(connection, among, span.days, "pace"))
        dwell = _spreads(figures_reading.spread(connection, among, span.days, "dwell"))
        together: Counter[int] = Counter()
        for spread in dwell.values():
            together.update(dict(spread.steps))
        as_of_ms = projecting.drawn_upto_ms(connection, inst.now_ms())
        return Times(span, paces, spread_of(together), first > asked.days.first, as_of_ms)

    return inst.look(work)


def placed(wanted: Filter) -> filtering.Wanted:
    """The places of a filter, as the store takes them."""
    return filtering.Wanted(wanted.area_id, wanted.enterprise_id, wanted.venue_id, wanted.entrance_id)


def _inside(inst: Installation, scope: Scope, wanted: Filter) -> int:
    """The same number as the page of who is inside tells, with those whom nobody names."""
    place = {"enterprise_id": wanted.enterprise_id, "area_id": wanted.area_id}
    return inside.inside(inst, scope, wanted.venue_id or None, **place, most=0).people


def one_by_one(
    connection: Connection, inst: Installation, scope: Scope, account_id: str, wanted: Filter, since_ms: int
) -> Counts | None:
    """What the entries of a filter come to, each looked at; None when they are too many."""
    among = filtering_places.among(connection, scope, placed(wanted))
    asked = searching.resolved(connection, inst, scope, account_id, wanted)
    asked = replace(asked, from_ms=wanted.from_ms or since_ms)
    return figures_counting.one_by_one(connection, among, asked)


def _sides(wanted: Filter) -> tuple[str, ...]:
    """Entrances are told of one venue only."""
    alone = wanted.venue_id or wanted.entrance_id
    return tuple(side for side in figures_counting.SIDES if alone or side != "entrance")


def is_within(counting: Counting, venues: int, span: Span) -> bool:
    """Whether kept counts of so many venues and days may be summed."""
    return counting is Counting.SIDE or venues * span.length <= figures_counting.SEVERAL_MOST


def _place(row: Record) -> Place:
    return Place(
        row.id, row.name, row.state, row.enterprise_id, row.enterprise_name, row.area_id, row.area_name
    )


def _spreads(rows: Sequence[Record]) -> dict[str, Spread]:
    by_way: dict[str, dict[int, int]] = {}
    for row in rows:
        by_way.setdefault(row.way, {})[row.bucket] = int(row.times)
    return {way: spread_of(steps) for way, steps in sorted(by_way.items())}
