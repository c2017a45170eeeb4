"""What is asked of venues that surround their area: what lies within, who went on, and who left by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import Connection, Select, and_, case, func, or_, select

from web.db.connecting.connection import Record
from web.db.tables import areas, enterprises, stays, venues
from web.store.drawn.inside import Among, of_stays, venue_ids
from web.store.drawn.stays import LONGEST_MS
from web.store.scope import Scope

_venue, _enterprise, _area = (table.alias() for table in (venues, enterprises, areas))


def within(connection: Connection, wall_ids: Sequence[str]) -> Mapping[str, AbstractSet[str]]:
    """The venues within each of these: of its area or below, but for those that surround that area too."""
    query = (
        select(_venue.c.id.label("wall_id"), venues.c.id)
        .join(_enterprise, _enterprise.c.id == _venue.c.enterprise_id)
        .join(_area, _area.c.id == _enterprise.c.area_id)
        .join(areas, func.substr(areas.c.path, 1, func.length(_area.c.path)) == _area.c.path)
        .join(enterprises, enterprises.c.area_id == areas.c.id)
        .join(venues, venues.c.enterprise_id == enterprises.c.id)
        .where(_venue.c.id.in_(wall_ids), venues.c.id != _venue.c.id)
        .where(or_(venues.c.surrounds == 0, areas.c.id != _area.c.id))
    )
    found: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(query):
        found[row.wall_id].add(row.id)
    return found


def went_on(
    connection: Connection,
    scope: Scope,
    since: Sequence[tuple[int, Sequence[str]]],
    until_ms: int,
) -> Sequence[Record]:
    """The stays at venues in scope that ended by a passage elsewhere up to a time, the longest first.

    `since` are times with the venues whose stays are counted from then on.
    """
    begun = or_(*(and_(stays.c.venue_id.in_(ids), stays.c.in_ms >= from_ms) for from_ms, ids in since))
    query = of_stays().where(
        begun,
        stays.c.venue_id.in_(venue_ids(scope, Among())),
        stays.c.beginning == "scanned",
        stays.c.ending == "elsewhere",
        stays.c.out_ms <= until_ms,
    )
    return connection.execute(query.order_by(stays.c.in_ms, stays.c.entry_id)).all()


def seen_out(
    connection: Connection, scope: Scope, venue_id: str, after_ms: int, until_ms: int
) -> dict[str, int]:
    """When each visitor was first seen to leave by a wall that a venue in scope is of, in that time."""
    query = select(stays.c.visitor_id, func.min(stays.c.out_ms).label("out_ms")).where(
        stays.c.venue_id.in_(_wall(scope, venue_id)),
        stays.c.ending.in_(("scanned", "swept")),
        stays.c.out_ms > after_ms,
        stays.c.out_ms <= until_ms,
        # The index is by its beginning.
        stays.c.in_ms > after_ms - LONGEST_MS,
        stays.c.in_ms <= until_ms,
    )
    rows = connection.execute(query.group_by(stays.c.visitor_id))
    return {row.visitor_id: int(row.out_ms) for row in rows}


def endings(
    connection: Connection, scope: Scope, venue_id: str, since_ms: int, before_ms: int
) -> dict[str, int]:
    """How the stays within a wall ended that began in since ≤ t < before, and how many did so.

    Whoever went on and was let out later makes two stays at the wall, the second out of an exit alone: they
    are one that was seen.
    """
    query = select(
        stays.c.ending,
        func.count().label("all"),
        func.sum(case((stays.c.beginning == "assumed", 1), else_=0)).label("alone"),
    ).where(
        stays.c.venue_id.in_(_wall(scope, venue_id)),
        stays.c.in_ms >= since_ms,
        stays.c.in_ms < before_ms,
        stays.c.out_ms.is_not(None),
    )
    rows = connection.execute(query.group_by(stays.c.ending)).all()
    ended = {str(row.ending): int(row.all) for row in rows}
    alone = sum(int(row.alone) for row in rows)
    if left := max(0, ended.pop("elsewhere", 0) - alone):
        ended["elsewhere"] = left
    return ended


def _wall(scope: Scope, venue_id: str) -> Select[tuple[str]]:
    """The ids of the venues in scope that surround the same area as one of them, with it."""
    area = select(_enterprise.c.area_id).join(_venue, _venue.c.enterprise_id == _enterprise.c.id)
    area = area.where(_venue.c.id == venue_id)
    beside = and_(venues.c.surrounds == 1, enterprises.c.area_id == area.scalar_subquery())
    return venue_ids(scope, Among()).where(or_(venues.c.id == venue_id, beside))
