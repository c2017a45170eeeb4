"""The places that can have a policy of their own, and who may set it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.access import Right
from domain.inheritance import Level
from web.db.connecting.connection import Connection, Record
from web.services.accounts import Account
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places.places import DEFAULT_ZONE
from web.store.places import places

_DOORS_MOST = 1000
# Figures since the end of time, which are nothing to count: only the place itself is asked for.
_NO_FIGURES_MS = 2**53


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place that has a page of its own for its policy."""

    level: Level
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PolicyPlace:
    """A place whose policy this account may see; `above` are those over it that it may see as well."""

    level: Level
    id: str
    name: str
    time_zone: str
    above: tuple[PlaceName, ...] = ()
    area_path: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Under which the place's versions are kept."""
        return self.level.value, self.id


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area as the list shows it, so many steps below the top one."""

    id: str
    name: str
    depth: int


def place(connection: Connection, account: Account, level: str, identity: str) -> PolicyPlace:
    """The place, if it is in this account's scope; else NotFoundError.

    Areas are for those who look after one: what is set there holds for enterprises that are not one's own.
    """
    if level not in _FINDERS:
        raise NotFoundError
    found = _FINDERS[level](connection, account, identity)
    if found is None:
        raise NotFoundError
    return found


def areas(inst: Installation, account: Account) -> list[AreaRow]:
    """The areas whose policy this account may see, each before those below it."""
    rows = inst.ask(lambda connection: _areas(connection, account))
    least = min((row.path.count("/") for row in rows), default=0)
    return [AreaRow(row.id, row.name, row.path.count("/") - least) for row in rows]


def doors_below(connection: Connection, account: Account, here: PolicyPlace) -> Sequence[Record]:
    """The entrances that a place's policy holds for, by venue; at most 1,000."""
    if here.level is Level.ENTRANCE:
        door = places.entrance_row(connection, account.scope, here.id)
        return () if door is None else (door,)
    return places.door_rows(
        connection,
        account.scope,
        area_path=here.area_path if here.level is Level.AREA else "",
        enterprise_id=here.id if here.level is Level.ENTERPRISE else "",
        venue_id=here.id if here.level is Level.VENUE else "",
        limit=_DOORS_MOST,
    )


def _areas(connection: Connection, account: Account) -> Sequence[Record]:
    return places.area_rows(connection, account.scope) if account.may(Right.SEE_RULES) else ()


def _area(connection: Connection, account: Account, identity: str) -> PolicyPlace | None:
    rows = _areas(connection, account)
    row = next((row for row in rows if row.id == identity), None)
    if row is None:
        return None
    over = [one for one in rows if row.path.startswith(one.path) and one.id != identity]
    above = tuple(PlaceName(Level.AREA, one.id, one.name) for one in over)
    return PolicyPlace(Level.AREA, row.id, row.name, DEFAULT_ZONE, above, row.path)


def _enterprise(connection: Connection, account: Account, identity: str) -> PolicyPlace | None:
    row = (
        next(iter(places.enterprise_rows(connection, account.scope, _NO_FIGURES_MS, identity)), None)
        if identity
        else None
    )
    if row is None:
        return None
    area = _area(connection, account, row.area_id)
    above = (*area.above, PlaceName(Level.AREA, area.id, area.name)) if area else ()
    return PolicyPlace(Level.ENTERPRISE, row.id, row.name, DEFAULT_ZONE, above)


def _venue(connection: Connection, account: Account, identity: str) -> PolicyPlace | None:
    row = (
        next(iter(places.venue_rows(connection, account.scope, _NO_FIGURES_MS, venue_id=identity)), None)
        if identity
        else None
    )
    if row is None:
        return None
    owner = _enterprise(connection, account, row.enterprise_id)
    above = (*owner.above, PlaceName(Level.ENTERPRISE, owner.id, owner.name)) if owner else ()
    return PolicyPlace(Level.VENUE, row.id, row.name, row.time_zone, above)


def _entrance(connection: Connection, account: Account, identity: str) -> PolicyPlace | None:
    row = places.entrance_row(connection, account.scope, identity)
    if row is None:
        return None
    venue = _venue(connection, account, row.venue_id)
    above = (*venue.above, PlaceName(Level.VENUE, venue.id, venue.name)) if venue else ()
    return PolicyPlace(Level.ENTRANCE, row.id, row.name, row.time_zone, above)


_FINDERS = {
    Level.AREA.value: _area,
    Level.ENTERPRISE.value: _enterprise,
    Level.VENUE.value: _venue,
    Level.ENTRANCE.value: _entrance,
}
