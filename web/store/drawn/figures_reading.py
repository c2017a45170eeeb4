"""What the counts of passages come to, by place, day, hour and each side, for chosen venues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, func, select

from web.db.connecting.connection import Record
from web.db.tables import (
    areas,
    day_counts,
    enterprises,
    entrances,
    hour_counts,
    spreads,
    venue_days,
    venues,
)
from web.store.desk.filtering_places import Among
from web.store.drawn.day_counts import EVERYWHERE, NUMBERS

PEOPLE = tuple(name for name in NUMBERS if name.startswith("people_"))
# The side that every passage has and that has the fewest values: what is not asked by side is read from it.
_WHOLE = "way"
# Of a kind of side, the rows (venue_id, local_day, value and the numbers) that count.
Source = Callable[[str], FromClause]


@dataclass(frozen=True, slots=True)
class Days:
    """Local days since 1970-01-01, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a filter asks of passages besides place and day; every part that is empty asks for nothing."""

    entrance_id: str = ""
    classes: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()


def by_side(kind: str) -> FromClause:
    """The counts of a side of all passages."""
    kept = select(day_counts.c.venue_id, day_counts.c.local_day, day_counts.c.value, *_columns(day_counts))
    return kept.where(day_counts.c.kind == kind).subquery()


def by_several_sides(narrowed: Narrowed) -> Source:
    """The counts of a side of those passages that are asked for; dearer by far."""
    h = hour_counts.c
    values: dict[str, ColumnElement[Any]] = {
        "hour": h.local_hour,
        "class": h.visitor_class,
        "way": h.way,
        "entrance": h.entrance_id,
        "reason": h.outcome + " " + h.reason,
    }
    wanted = [
        column.in_(asked)
        for column, asked in (
            (h.entrance_id, (narrowed.entrance_id,) if narrowed.entrance_id else ()),
            (h.visitor_class, narrowed.classes),
            (h.outcome, narrowed.outcomes),
            (h.reason, narrowed.reasons),
            (h.direction, narrowed.directions),
            (h.way, narrowed.ways),
        )
        if asked
    ]

    def source(kind: str) -> FromClause:
        told = select(h.venue_id, h.local_day, values[kind].label("value"), h.entries, *_placed())
        return told.where(*wanted).subquery()

    return source


def by_venue(connection: Connection, source: Source, among: Among, days: Days) -> Sequence[Record]:
    """`venue_id` and the sums of its numbers."""
    counted = source(_WHOLE)
    query = select(counted.c.venue_id, *_sums(counted)).where(*_within(counted, among, days))
    return connection.execute(query.group_by(counted.c.venue_id)).all()


def by_day(connection: Connection, source: Source, among: Among, days: Days) -> Sequence[Record]:
    """`local_day` and the sums of its numbers."""
    counted = source(_WHOLE)
    query = select(counted.c.local_day, *_sums(counted)).where(*_together(source, counted, among, days))
    return connection.execute(query.group_by(counted.c.local_day)).all()


def by_hour(connection: Connection, source: Source, among: Among, days: Days) -> Sequence[Record]:
    """`local_day`, `value` (the hour) and the sums of PEOPLE; of all that is read this takes longest."""
    counted = source("hour")
    keys = (counted.c.local_day, counted.c.value)
    query = select(*keys, *_sums(counted, PEOPLE)).where(*_together(source, counted, among, days))
    return connection.execute(query.group_by(*keys)).all()


def by_value(connection: Connection, source: Source, among: Among, days: Days, kind: str) -> Sequence[Record]:
    """`value` of a side, the sums of PEOPLE and of `entries`; reasons are of those not let through."""
    counted = source(kind)
    within = (_within if kind == "entrance" else partial(_together, source))(counted, among, days)
    query = select(counted.c.value, *_sums(counted, ("entries", *PEOPLE))).where(*within)
    if kind == "reason":
        query = query.where(counted.c.value.not_like("admitted %"))
    return connection.execute(query.group_by(counted.c.value)).all()


def feverish(connection: Connection, among: Among, days: Days) -> dict[str, int]:
    """How many were turned away or sent to staff for their temperature, by venue."""
    query = select(venue_days.c.venue_id, func.sum(venue_days.c.feverish))
    query = query.where(*_within(venue_days, among, days), venue_days.c.feverish != 0)
    return {row[0]: int(row[1]) for row in connection.execute(query.group_by(venue_days.c.venue_id))}


def used_doors(connection: Connection, among: Among, days: Days) -> Sequence[Record]:
    """How many entrances (`doors`) of each venue (`venue_id`) somebody came to."""
    counted = by_side("entrance")
    doors = func.count(counted.c.value.distinct()).label("doors")
    query = select(counted.c.venue_id, doors).where(*_within(counted, among, days), counted.c.entries > 0)
    return connection.execute(query.group_by(counted.c.venue_id)).all()


def until(connection: Connection, among: Among, last_day: int) -> Record:
    """The sums of all days up to one, as far back as there are any; None where there is nothing."""
    counted = by_side(_WHOLE)
    query = select(func.min(counted.c.local_day).label("first_day"), *_sums(counted))
    return connection.execute(query.where(*_together(by_side, counted, among, Days(0, last_day)))).one()


def spread(connection: Connection, among: Among, days: Days, kind: str) -> Sequence[Record]:
    """How often (`times`) each `bucket` came, by way."""
    keys = (spreads.c.way, spreads.c.bucket)
    query = select(*keys, func.sum(spreads.c.times).label("times"))
    query = query.where(spreads.c.kind == kind, *_within(spreads, among, days))
    return connection.execute(query.group_by(*keys).order_by(*keys)).all()


def places(connection: Connection, among: Among) -> Sequence[Record]:
    """Every venue that may be looked at, with its enterprise and area."""
    query = (
        select(
            venues.c.id,
            venues.c.name,
            venues.c.state,
            venues.c.time_zone,
            enterprises.c.id.label("enterprise_id"),
            enterprises.c.name.label("enterprise_name"),
            areas.c.id.label("area_id"),
            areas.c.name.label("area_name"),
        )
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
        .join(areas, areas.c.id == enterprises.c.area_id)
    )
    return connection.execute(query.where(_of(venues.c.id, among)).order_by(venues.c.name)).all()


def doors(connection: Connection, among: Among) -> dict[str, str]:
    """The names of the entrances of these venues, by id."""
    query = select(entrances.c.id, entrances.c.name).where(_of(entrances.c.venue_id, among))
    return {row.id: row.name for row in connection.execute(query)}


def _placed() -> list[ColumnElement[int]]:
    """The numbers of a row of `hour_counts`, each where its direction and outcome put it."""
    h = hour_counts.c
    through = h.outcome == "admitted"
    found: list[ColumnElement[int]] = []
    for name in NUMBERS[1:]:
        what, _, place = name.partition("_")
        here = and_(through, h.direction == place) if place in ("in", "out") else h.outcome == place
        found.append(case((here, h[what]), else_=0).label(name))
    return found


def _columns(table: FromClause) -> list[ColumnElement[int]]:
    return [table.c[name] for name in NUMBERS]


def _sums(table: FromClause, names: tuple[str, ...] = NUMBERS) -> list[ColumnElement[int]]:
    return [func.sum(table.c[name]).label(name) for name in names]


def _within(table: FromClause, among: Among, days: Days) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _among(table, among), table.c.local_day.between(days.first, days.last)


def _together(
    source: Source, table: FromClause, among: Among, days: Days
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """As `_within`, for what does not tell venues apart: of every venue the sums are kept."""
    if source is by_side and among.venue_ids is None and among.chosen is None:
        return table.c.venue_id == EVERYWHERE, table.c.local_day.between(days.first, days.last)
    return _within(table, among, days)


def _among(table: FromClause, among: Among) -> ColumnElement[bool]:
    return _of(table.c.venue_id, among)


def _of(column: ColumnElement[str], among: Among) -> ColumnElement[bool]:
    if among.venue_ids is not None:
        return column.in_(among.venue_ids)
    # Named even where there is no limit: the counts are found by their venue first.
    return column.in_(among.chosen if among.chosen is not None else select(venues.c.id))
