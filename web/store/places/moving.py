"""Enterprises and areas that go to another place in the tree: what hangs on a path, and its rewriting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, distinct, func, or_, select, update

from web.db.connecting.connection import Record
from web.db.tables import (
    areas,
    enterprises,
    entrances,
    forgotten_visitors,
    grants,
    kiosks,
    liaisons,
    policies,
    staff_invitations,
    venues,
    visitors,
    webhooks,
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much goes along."""

    enterprises: int
    venues: int
    gates: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What moves: one enterprise, or an area's path with all enterprises in and below it."""

    enterprise_id: str = ""
    path: str = ""


def counts(connection: Connection, moved: Moved) -> Counts:
    """How much goes along."""
    there = venues.join(enterprises, enterprises.c.id == venues.c.enterprise_id)
    there = there.join(areas, areas.c.id == enterprises.c.area_id)
    doors = there.join(entrances, entrances.c.venue_id == venues.c.id)
    gates = doors.join(kiosks, kiosks.c.entrance_id == entrances.c.id)
    owners = enterprises.join(areas, areas.c.id == enterprises.c.area_id)
    found = []
    for tables, also in ((owners, ()), (there, ()), (gates, (kiosks.c.revoked_ms.is_(None),))):
        query = select(func.count()).select_from(tables).where(_is(moved), *also)
        found.append(int(connection.scalar(query) or 0))
    return Counts(*found)


def ruling(connection: Connection, area_ids: Sequence[str]) -> list[str]:
    """The names of those of these areas that have rules of their own."""
    has_rules = select(policies.c.scope_id).where(policies.c.scope_kind == "area")
    query = select(areas.c.name).where(areas.c.id.in_(area_ids), areas.c.id.in_(has_rules))
    return list(connection.scalars(query.order_by(areas.c.path)))


def seeing(connection: Connection, paths: Sequence[str]) -> int:
    """How many accounts have one of these areas as their own."""
    return int(
        connection.scalar(
            select(func.count(distinct(grants.c.account_id))).where(grants.c.area_path.in_(paths))
        )
        or 0
    )


def held_by(connection: Connection, moved: Moved, homes: Sequence[str]) -> list[str]:
    """The enterprises among what moves whose liaison is at home in one of these areas."""
    home = areas.alias("home")
    query = (
        select(enterprises.c.id)
        .join(areas, areas.c.id == enterprises.c.area_id)
        .join(liaisons, liaisons.c.id == enterprises.c.liaison_id)
        .join(home, home.c.id == liaisons.c.area_id)
        .where(_is(moved), home.c.path.in_(homes))
    )
    return list(connection.scalars(query))


def gates_by_path(connection: Connection) -> Sequence[Record]:
    """Every working gate with the path of its area."""
    query = select(kiosks.c.id, areas.c.path).select_from(
        kiosks.join(entrances, entrances.c.id == kiosks.c.entrance_id)
        .join(venues, venues.c.id == entrances.c.venue_id)
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
        .join(areas, areas.c.id == enterprises.c.area_id)
    )
    return connection.execute(query.where(kiosks.c.revoked_ms.is_(None)).order_by(kiosks.c.id)).all()


def visitors_of(connection: Connection, moved: Moved) -> list[str]:
    """The visitors of the enterprises that move."""
    query = select(visitors.c.id).join(enterprises, enterprises.c.id == visitors.c.enterprise_id)
    query = query.join(areas, areas.c.id == enterprises.c.area_id).where(_is(moved))
    return list(connection.scalars(query.order_by(visitors.c.id)))


def enterprise_put(connection: Connection, enterprise_id: str, area_id: str) -> None:
    """Put an enterprise into another area."""
    connection.execute(update(enterprises).where(enterprises.c.id == enterprise_id).values(area_id=area_id))


def rewritten(connection: Connection, area_id: str, old: str, parent: Record) -> None:
    """Hang an area below another one: its own path, those below it, and whoever looks after one of them."""
    new = f"{parent.path}{area_id}/"
    for column in (
        areas.c.path,
        grants.c.area_path,
        staff_invitations.c.area_path,
        webhooks.c.area_path,
        forgotten_visitors.c.area_path,
    ):
        moved = or_(column == old, column.startswith(old, autoescape=True))
        rest = func.substr(column, len(old) + 1)
        connection.execute(update(column.table).where(moved).values({column: new + rest}))
    connection.execute(update(areas).where(areas.c.id == area_id).values(parent_id=parent.id))


def _is(moved: Moved) -> ColumnElement[bool]:
    """The condition on an enterprise beside its area."""
    if moved.enterprise_id:
        return enterprises.c.id == moved.enterprise_id
    return areas.c.path.startswith(moved.path, autoescape=True)
