"""The entrances in scope with the poster that hangs there, as they are chosen for printing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, and_, func, or_, select

from domain.venue import PosterState
from web.db.connecting.connection import Record
from web.db.tables import enterprises, entrances, posters, venues
from web.store.scope import Scope, enterprise_visible


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entrances: of an enterprise, of a venue, with a text in a name or the address; "" is any."""

    text: str = ""
    enterprise_id: str = ""
    venue_id: str = ""


def doors(connection: Connection, scope: Scope, wanted: Wanted, limit: int) -> Sequence[Record]:
    """Entrances in scope by venue, each with its newest poster that counts (or None in its columns)."""
    order = (venues.c.name, venues.c.id, entrances.c.created_ms, entrances.c.id)
    return connection.execute(_filtered(_doors(scope), wanted).order_by(*order).limit(limit)).all()


def doors_called(connection: Connection, scope: Scope, identities: Sequence[str]) -> Sequence[Record]:
    """Those of these entrances that are in scope, in the order of `doors`; a few hundred ids at once."""
    order = (venues.c.name, venues.c.id, entrances.c.created_ms, entrances.c.id)
    return connection.execute(_doors(scope).where(entrances.c.id.in_(identities)).order_by(*order)).all()


def doors_of_venues(connection: Connection, scope: Scope, names: Sequence[str]) -> Sequence[Record]:
    """The entrances in scope of venues that are called so, in any case of letters, as `doors` gives them.

    A venue without an entrance has one row without one.
    """
    lower = [name.lower() for name in names]
    called = or_(venues.c.name.in_(names), func.lower(venues.c.name).in_(lower))
    order = (venues.c.name, venues.c.id, entrances.c.created_ms, entrances.c.id)
    return connection.execute(_doors(scope, isouter=True).where(called).order_by(*order)).all()


def doors_with_posters(
    connection: Connection, scope: Scope, *, poster_ids: Sequence[str] = (), short_numbers: Sequence[str] = ()
) -> Sequence[Record]:
    """The entrances in scope that these posters are of, with the newest poster and the one that was named."""
    named = posters.alias("named")
    query = _doors(scope).join(named, named.c.entrance_id == entrances.c.id)
    query = query.add_columns(
        named.c.id.label("named_id"),
        named.c.short_number.label("named_number"),
        (named.c.state == PosterState.REVOKED).label("named_is_revoked"),
    )
    wanted = or_(named.c.id.in_(poster_ids), named.c.short_number.in_(short_numbers))
    return connection.execute(query.where(wanted)).all()


def door_count(connection: Connection, scope: Scope, wanted: Wanted) -> int:
    """How many entrances are wanted."""
    chosen = _filtered(_doors(scope), wanted).subquery()
    return int(connection.scalar(select(func.count()).select_from(chosen)) or 0)


def _doors(scope: Scope, *, isouter: bool = False) -> Select[tuple[object, ...]]:
    newest = (
        select(posters.c.entrance_id, func.max(posters.c.serial).label("serial"))
        .where(posters.c.state != PosterState.REVOKED)
        .group_by(posters.c.entrance_id)
        .subquery()
    )
    poster = and_(posters.c.entrance_id == newest.c.entrance_id, posters.c.serial == newest.c.serial)
    return (
        select(
            entrances.c.id.label("entrance_id"),
            entrances.c.name,
            venues.c.id.label("venue_id"),
            venues.c.name.label("venue_name"),
            venues.c.address,
            venues.c.time_zone,
            venues.c.state,
            enterprises.c.id.label("enterprise_id"),
            enterprises.c.name.label("enterprise_name"),
            posters.c.id,
            posters.c.short_number,
            posters.c.serial,
            posters.c.issued_ms,
        )
        .select_from(venues)
        .join(entrances, entrances.c.venue_id == venues.c.id, isouter=isouter)
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
        .join(newest, newest.c.entrance_id == entrances.c.id, isouter=True)
        .join(posters, poster, isouter=True)
        .where(enterprise_visible(scope))
    )


def _filtered(query: Select[tuple[object, ...]], wanted: Wanted) -> Select[tuple[object, ...]]:
    if wanted.enterprise_id:
        query = query.where(enterprises.c.id == wanted.enterprise_id)
    if wanted.venue_id:
        query = query.where(venues.c.id == wanted.venue_id)
    for word in wanted.text.split()[:5]:
        named = (entrances.c.name, venues.c.name, venues.c.address)
        query = query.where(or_(*(column.icontains(word, autoescape=True) for column in named)))
    return query
