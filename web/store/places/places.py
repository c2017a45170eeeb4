"""Areas, enterprises, venues, entrances, their posters and the policies over them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Select, case, func, insert, or_, select, update

from domain.venue import PosterState, VenueState
from web.db.connecting.connection import Record
from web.db.tables import areas, enterprises, entrances, entries, posters, venues
from web.store.scope import Scope, enterprise_visible, visible_entrances, visible_venues


def area_added(connection: Connection, identity: str, name: str, parent_path: str = "/") -> str:
    """Keep a new area below the path of its parent; returns its own path."""
    path = f"{parent_path}{identity}/"
    parent = connection.scalar(select(areas.c.id).where(areas.c.path == parent_path))
    connection.execute(insert(areas).values(id=identity, parent_id=parent, name=name, path=path))
    return path


def top_area(connection: Connection, scope: Scope) -> Record | None:
    """The area in which this scope may put new enterprises: its own, or the installation's top one."""
    query = select(areas).order_by(func.length(areas.c.path)).limit(1)
    if scope.area_path:
        query = query.where(areas.c.path == scope.area_path)
    elif not scope.everything:
        return None
    return connection.execute(query).first()


def enterprise_added(connection: Connection, **values: object) -> None:
    """Keep a new enterprise."""
    connection.execute(insert(enterprises).values(**values))


def enterprise_rows(connection: Connection, scope: Scope, since_ms: int, only: str = "") -> Sequence[Record]:
    """Enterprises in scope with how many venues they have and entries made since a time."""
    counted = select(func.count()).where(venues.c.enterprise_id == enterprises.c.id).scalar_subquery()
    own = select(venues.c.id).where(venues.c.enterprise_id == enterprises.c.id).correlate(enterprises)
    today = (
        select(func.count())
        .where(entries.c.venue_id.in_(own), entries.c.true_ms >= since_ms)
        .correlate(enterprises)
        .scalar_subquery()
    )
    called = areas.c.name.label("area_name")
    query = select(enterprises, called, counted.label("venues"), today.label("entries_today"))
    query = query.join(areas, areas.c.id == enterprises.c.area_id)
    query = query.where(enterprise_visible(scope)).order_by(enterprises.c.name)
    return connection.execute(query.where(enterprises.c.id == only) if only else query).all()


def enterprise_changed(connection: Connection, scope: Scope, enterprise_id: str, **values: object) -> bool:
    """Change an enterprise in scope; False when there is none."""
    visible = (enterprises.c.id == enterprise_id, enterprise_visible(scope))
    return connection.execute(update(enterprises).where(*visible).values(**values)).rowcount == 1


def enterprise_row(connection: Connection, scope: Scope, enterprise_id: str) -> Record | None:
    """One enterprise in scope with the path of its area, and without figures."""
    query = select(enterprises, areas.c.path).join(areas, areas.c.id == enterprises.c.area_id)
    return connection.execute(
        query.where(enterprises.c.id == enterprise_id, enterprise_visible(scope))
    ).first()


def with_credit_code(connection: Connection, scope: Scope, credit_code: str) -> str | None:
    """The id of an enterprise in scope that has this credit code."""
    query = select(enterprises.c.id).where(enterprises.c.credit_code == credit_code)
    return connection.scalar(query.where(enterprise_visible(scope)).limit(1))


def venue_added(connection: Connection, **values: object) -> None:
    """Keep a new venue."""
    connection.execute(insert(venues).values(**values))


def venue_called(connection: Connection, enterprise_id: str, name: str, address: str) -> str | None:
    """The id of an enterprise's venue of this name at this address that is not closed."""
    query = select(venues.c.id).where(venues.c.enterprise_id == enterprise_id, venues.c.name == name)
    query = query.where(venues.c.address == address, venues.c.state != VenueState.CLOSED)
    return connection.scalar(query.limit(1))


def venue_changed(connection: Connection, scope: Scope, venue_id: str, **values: object) -> bool:
    """Change a venue in scope; False when there is none."""
    changed = connection.execute(
        update(venues).where(venues.c.id == venue_id, venues.c.id.in_(visible_venues(scope))).values(**values)
    )
    return changed.rowcount == 1


def venue_rows(
    connection: Connection, scope: Scope, since_ms: int, *, enterprise_id: str = "", venue_id: str = ""
) -> Sequence[Record]:
    """Venues in scope with their enterprise, number of entrances, and today's admitted and refused."""
    doors = select(func.count()).where(entrances.c.venue_id == venues.c.id).scalar_subquery()
    today = (
        select(
            entries.c.venue_id,
            func.sum(case((entries.c.outcome == "admitted", 1), else_=0)).label("admitted"),
            func.sum(case((entries.c.outcome == "refused", 1), else_=0)).label("refused"),
        )
        .where(entries.c.true_ms >= since_ms, entries.c.venue_id.in_(visible_venues(scope)))
        .group_by(entries.c.venue_id)
        .subquery()
    )
    query = (
        select(
            venues,
            enterprises.c.name.label("enterprise_name"),
            doors.label("entrances"),
            func.coalesce(today.c.admitted, 0).label("admitted_today"),
            func.coalesce(today.c.refused, 0).label("refused_today"),
        )
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
        .join(today, today.c.venue_id == venues.c.id, isouter=True)
        .where(enterprise_visible(scope))
        .order_by(venues.c.name)
    )
    if enterprise_id:
        query = query.where(venues.c.enterprise_id == enterprise_id)
    if venue_id:
        query = query.where(venues.c.id == venue_id)
    return connection.execute(query).all()


def entrance_added(connection: Connection, **values: object) -> None:
    """Keep a new entrance."""
    connection.execute(insert(entrances).values(**values))


def entrance_called(connection: Connection, venue_id: str, name: str) -> str | None:
    """The id of a venue's entrance of this name."""
    query = select(entrances.c.id).where(entrances.c.venue_id == venue_id, entrances.c.name == name)
    return connection.scalar(query.limit(1))


def entrance_changed(connection: Connection, scope: Scope, entrance_id: str, **values: object) -> bool:
    """Change an entrance in scope; False when there is none."""
    visible = (entrances.c.id == entrance_id, entrances.c.id.in_(visible_entrances(scope)))
    return connection.execute(update(entrances).where(*visible).values(**values)).rowcount == 1


# What is told of an entrance with its venue, enterprise and area, wherever it is read.
DOOR = (
    entrances.c.id,
    entrances.c.name,
    venues.c.id.label("venue_id"),
    venues.c.name.label("venue_name"),
    venues.c.address,
    venues.c.state,
    venues.c.time_zone,
    venues.c.capacity,
    enterprises.c.id.label("enterprise_id"),
    enterprises.c.name.label("enterprise_name"),
    areas.c.path.label("area_path"),
)


def _doors() -> Select[tuple[object, ...]]:
    return (
        select(*DOOR)
        .join(venues, venues.c.id == entrances.c.venue_id)
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
        .join(areas, areas.c.id == enterprises.c.area_id)
    )


def entrance_rows(connection: Connection, scope: Scope, venue_id: str) -> Sequence[Record]:
    """The entrances of a venue in scope, oldest first."""
    query = _doors().where(enterprise_visible(scope), entrances.c.venue_id == venue_id)
    return connection.execute(query.order_by(entrances.c.created_ms, entrances.c.id)).all()


def door_rows(
    connection: Connection,
    scope: Scope,
    *,
    area_path: str = "",
    enterprise_id: str = "",
    venue_id: str = "",
    limit: int = 1000,
) -> Sequence[Record]:
    """The entrances in scope, or those below an area, enterprise or venue, by venue and age."""
    query = _doors().where(enterprise_visible(scope)).limit(limit)
    if area_path:
        query = query.where(areas.c.path.startswith(area_path, autoescape=True))
    for column, wanted in ((enterprises.c.id, enterprise_id), (venues.c.id, venue_id)):
        query = query.where(column == wanted) if wanted else query
    order = (venues.c.name, venues.c.id, entrances.c.created_ms, entrances.c.id)
    return connection.execute(query.order_by(*order)).all()


def area_rows(connection: Connection, scope: Scope) -> Sequence[Record]:
    """The areas whose whole subtree is in scope, each before those below it."""
    query = select(areas).order_by(areas.c.path)
    if scope.area_path:
        query = query.where(areas.c.path.startswith(scope.area_path, autoescape=True))
    elif not scope.everything:
        return ()
    return connection.execute(query).all()


def area_names(connection: Connection, identities: Sequence[str]) -> dict[str, str]:
    """What these areas are called, by id."""
    found = connection.execute(select(areas.c.id, areas.c.name).where(areas.c.id.in_(identities)))
    return {row.id: row.name for row in found}


def entrance_row(connection: Connection, scope: Scope, entrance_id: str) -> Record | None:
    """One entrance in scope with its venue and enterprise."""
    query = _doors().where(enterprise_visible(scope), entrances.c.id == entrance_id)
    return connection.execute(query).first()


def poster_added(connection: Connection, **values: object) -> None:
    """Keep a new poster."""
    connection.execute(insert(posters).values(**values))


def poster_has_number(connection: Connection, number: str) -> bool:
    """Whether some poster has a short number."""
    return connection.scalar(select(posters.c.id).where(posters.c.short_number == number)) is not None


def next_serial(connection: Connection) -> int:
    """The serial of the next poster of this installation."""
    return int(connection.scalar(select(func.coalesce(func.max(posters.c.serial), 0))) or 0) + 1


def poster_rows(connection: Connection, scope: Scope, venue_id: str) -> Sequence[Record]:
    """The posters of a venue in scope, newest first."""
    query = select(posters).join(entrances, entrances.c.id == posters.c.entrance_id)
    query = query.where(entrances.c.venue_id == venue_id, entrances.c.id.in_(visible_entrances(scope)))
    return connection.execute(query.order_by(posters.c.serial.desc())).all()


def poster_row(
    connection: Connection, scope: Scope, *, poster_id: str = "", short_number: str = ""
) -> Record | None:
    """One poster in scope, by its id or its short number."""
    query = select(posters).where(
        or_(
            posters.c.id == (poster_id or "-"),
            posters.c.short_number == (short_number or "-"),
        ),
        posters.c.entrance_id.in_(visible_entrances(scope)),
    )
    return connection.execute(query).first()


def poster_changed(connection: Connection, scope: Scope, poster_id: str, **values: object) -> bool:
    """Change a poster in scope; False when there is none."""
    changed = connection.execute(
        update(posters)
        .where(posters.c.id == poster_id, posters.c.entrance_id.in_(visible_entrances(scope)))
        .values(**values)
    )
    return changed.rowcount == 1


def posters_printed(connection: Connection, scope: Scope, identities: Sequence[str], now_ms: int) -> None:
    """Note that these posters in scope were printed, if they were only issued before."""
    mine = (posters.c.id.in_(identities), posters.c.entrance_id.in_(visible_entrances(scope)))
    changes = {"state": PosterState.PRINTED, "printed_ms": now_ms}
    connection.execute(update(posters).where(*mine, posters.c.state == PosterState.ISSUED).values(**changes))


def posters_before(connection: Connection, scope: Scope, row: Record) -> Sequence[Record]:
    """The posters of the same entrance that are older than this one."""
    query = select(posters).where(
        posters.c.entrance_id == row.entrance_id,
        posters.c.serial < row.serial,
        posters.c.entrance_id.in_(visible_entrances(scope)),
    )
    return connection.execute(query.order_by(posters.c.serial.desc())).all()
