"""Where the counts of a filter come from: of a side, of several sides, or the entries themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from web.db.connecting.connection import Connection, Record
from web.services.desk.figures.figures_values import Counts, Sums, sums_of, total
from web.services.desk.filtering.filters import Filter
from web.services.desk.projecting.projecting_times import local_day, local_hour
from web.store.desk import filtering
from web.store.desk.filtering_places import Among
from web.store.drawn import day_counts, figures_entries, figures_reading
from web.store.drawn.figures_reading import Days, Narrowed, Source, by_several_sides, by_side

# Venues × days of which counts of several sides are summed, and entries that are counted one by one.
SEVERAL_MOST = 1_000
ENTRIES_MOST = 20_000
_Key = TypeVar("_Key")
SIDES = ("class", "way", "entrance", "reason")


class Counting(StrEnum):
    """How a filter is counted."""

    SIDE = "side"
    SEVERAL = "several"
    ENTRIES = "entries"


def counting_of(wanted: Filter) -> Counting:
    """The cheapest way to count what a filter asks for."""
    if wanted.who or wanted.host or wanted.kiosk_id or wanted.text or _is_warm(wanted):
        return Counting.ENTRIES
    several = (
        wanted.entrance_id,
        wanted.classes,
        wanted.outcomes,
        wanted.reasons,
        wanted.directions,
        wanted.ways,
    )
    return Counting.SEVERAL if any(several) else Counting.SIDE


def source_of(wanted: Filter) -> Source:
    """What the kept counts of a filter are read from."""
    if counting_of(wanted) is Counting.SIDE:
        return by_side
    return by_several_sides(
        Narrowed(
            wanted.entrance_id,
            wanted.classes,
            wanted.outcomes,
            wanted.reasons,
            wanted.directions,
            wanted.ways,
        )
    )


def timed(connection: Connection, source: Source, among: Among, days: Days) -> Counts:
    """What the kept counts of some days come to, by day and hour only."""
    by_day = figures_reading.by_day(connection, source, among, days)
    by_hour = figures_reading.by_hour(connection, source, among, days)
    return Counts(
        days={row.local_day: sums_of(row) for row in by_day},
        hours={(row.local_day, int(row.value)): sums_of(row) for row in by_hour},
    )


def kept(
    connection: Connection, source: Source, among: Among, days: Days, sides: Sequence[str] = SIDES
) -> Counts:
    """What the kept counts of some days come to, by time, by venue and by some sides."""
    when = timed(connection, source, among, days)
    by_value = {kind: figures_reading.by_value(connection, source, among, days, kind) for kind in sides}
    return Counts(
        {row.venue_id: sums_of(row) for row in figures_reading.by_venue(connection, source, among, days)},
        when.days,
        when.hours,
        {kind: {row.value: sums_of(row) for row in rows} for kind, rows in by_value.items()},
    )


def until_hour(connection: Connection, source: Source, among: Among, days: Days, hours: int | None) -> Sums:
    """What some days come to; of the last of them the first `hours` only, where that is not None."""
    if hours is None:
        return total(sums_of(row) for row in figures_reading.by_day(connection, source, among, days))
    whole = figures_reading.by_day(connection, source, among, Days(days.first, days.last - 1))
    last = figures_reading.by_hour(connection, source, among, Days(days.last, days.last))
    return total(map(sums_of, [*whole, *(row for row in last if int(row.value) < hours)]))


def one_by_one(connection: Connection, among: Among, wanted: filtering.Wanted) -> Counts | None:
    """What the entries themselves come to; None when they are more than ENTRIES_MOST."""
    rows = figures_entries.passages(connection, among, wanted, ENTRIES_MOST)
    return None if rows is None else _counted(rows)


def _counted(rows: Sequence[Record]) -> Counts:
    counted: dict[day_counts.HourKey, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        sums = counted[_key_of(row)]
        sums[0] += 1
        sums[1] += row.people
        sums[2] += bool(row.has_plate)
    hours: dict[tuple[int, int], list[Sums]] = defaultdict(list)
    sides: dict[str, dict[str, list[Sums]]] = {kind: defaultdict(list) for kind in SIDES}
    days: dict[int, list[Sums]] = defaultdict(list)
    venues: dict[str, list[Sums]] = defaultdict(list)
    for (venue, kind, day, value), numbers in day_counts.sides(counted).items():
        part = Sums(*numbers)
        if kind == "hour":
            hours[day, int(value)].append(part)
            days[day].append(part)
            venues[venue].append(part)
        elif not value.startswith("admitted "):
            sides[kind][value].append(part)
    return Counts(
        _totals(venues), _totals(days), _totals(hours), {kind: _totals(sides[kind]) for kind in SIDES}
    )


def _totals(parts: Mapping[_Key, list[Sums]]) -> dict[_Key, Sums]:
    return {key: total(some) for key, some in parts.items()}


def _key_of(row: Record) -> day_counts.HourKey:
    """Where an entry would have been counted."""
    day, hour = local_day(row.true_ms, row.time_zone), local_hour(row.true_ms, row.time_zone)
    place = (row.venue_id, day, hour, row.entrance_id, row.direction)
    return (*place, row.outcome, row.reason, row.visitor_class, row.way)


def _is_warm(wanted: Filter) -> bool:
    return wanted.temperature_least is not None or wanted.temperature_most is not None
