"""Rounds: which doors there are to look at, and what was found at each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select

from domain.venue import PosterState, VenueState
from web.db.connecting.connection import Record
from web.db.tables import accounts, enterprises, entrances, patrols, posters, venues
from web.store.scope import Scope, enterprise_visible, visible_entrances


def added(connection: Connection, **values: object) -> None:
    """Keep a look at a door."""
    connection.execute(insert(patrols).values(**values))


def row(connection: Connection, patrol_id: str) -> Record | None:
    """A look by its id, whoever made it: the id says whether something was sent twice."""
    return connection.execute(select(patrols).where(patrols.c.id == patrol_id)).first()


def removed(
    connection: Connection, scope: Scope, account_id: str, patrol_id: str, since_ms: int
) -> Record | None:
    """Take back an account's own look at a door in scope, if it is not older; the row that is gone."""
    own = (
        patrols.c.id == patrol_id,
        patrols.c.account_id == account_id,
        patrols.c.at_ms >= since_ms,
        patrols.c.entrance_id.in_(visible_entrances(scope)),
    )
    found = connection.execute(select(patrols).where(*own)).first()
    if found is not None:
        connection.execute(delete(patrols).where(patrols.c.id == patrol_id))
    return found


def doors(connection: Connection, scope: Scope, liaison_id: str, limit: int) -> Sequence[Record]:
    """The entrances in scope of venues that are in use, by enterprise and venue, with their living posters.

    With `liaison_id` only those of the enterprises in that liaison's hands.
    """
    living = (
        select(func.count())
        .where(posters.c.entrance_id == entrances.c.id, posters.c.state != PosterState.REVOKED)
        .scalar_subquery()
    )
    query = (
        select(
            entrances.c.id,
            entrances.c.name,
            venues.c.id.label("venue_id"),
            venues.c.name.label("venue_name"),
            venues.c.address,
            venues.c.time_zone,
            enterprises.c.id.label("enterprise_id"),
            enterprises.c.name.label("enterprise_name"),
            living.label("posters"),
        )
        .join(venues, venues.c.id == entrances.c.venue_id)
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
        .where(enterprise_visible(scope), venues.c.state.in_((VenueState.OPEN, VenueState.PAUSED)))
    )
    if liaison_id:
        query = query.where(enterprises.c.liaison_id == liaison_id)
    order = (enterprises.c.name, enterprises.c.id, venues.c.name, venues.c.id, entrances.c.created_ms)
    return connection.execute(query.order_by(*order, entrances.c.id).limit(limit)).all()


def last_looks(connection: Connection, scope: Scope) -> dict[str, Record]:
    """The latest look at each door in scope, by entrance."""
    last = (
        select(patrols.c.entrance_id, func.max(patrols.c.at_ms).label("at_ms"))
        .where(patrols.c.entrance_id.in_(visible_entrances(scope)))
        .group_by(patrols.c.entrance_id)
        .subquery()
    )
    same = (patrols.c.entrance_id == last.c.entrance_id) & (patrols.c.at_ms == last.c.at_ms)
    found = connection.execute(select(patrols).join(last, same).order_by(patrols.c.id))
    return {one.entrance_id: one for one in found}


def looks(connection: Connection, scope: Scope, from_ms: int, until_ms: int, limit: int) -> Sequence[Record]:
    """What was seen at the doors in scope within a time, the latest first, with who looked.

    The serial of a poster that belongs to somebody out of scope is None.
    """
    known = (posters.c.id == patrols.c.poster_id) & posters.c.entrance_id.in_(visible_entrances(scope))
    query = (
        select(
            patrols,
            entrances.c.name.label("entrance_name"),
            venues.c.name.label("venue_name"),
            venues.c.time_zone,
            enterprises.c.name.label("enterprise_name"),
            accounts.c.login,
            posters.c.serial,
        )
        .join(entrances, entrances.c.id == patrols.c.entrance_id)
        .join(venues, venues.c.id == entrances.c.venue_id)
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
        .join(accounts, accounts.c.id == patrols.c.account_id, isouter=True)
        .join(posters, known, isouter=True)
        .where(enterprise_visible(scope), patrols.c.at_ms >= from_ms, patrols.c.at_ms < until_ms)
    )
    return connection.execute(query.order_by(patrols.c.at_ms.desc(), patrols.c.id).limit(limit)).all()


def others_like(connection: Connection, entrance_id: str, verdict: str, since_ms: int) -> bool:
    """Whether somebody else saw the same at this door since a time."""
    query = select(patrols.c.id).where(
        patrols.c.entrance_id == entrance_id, patrols.c.verdict == verdict, patrols.c.at_ms >= since_ms
    )
    return connection.execute(query.limit(1)).first() is not None
