"""What a place looks like: one small picture for a venue, and one for each entrance that has its own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from web.db.connecting.connection import Record
from web.db.tables import entrances, place_pictures, posters
from web.store.scope import Scope, visible_entrances, visible_venues

_TOLD = tuple(column for column in place_pictures.c if column.name != "jpeg")


def listed(connection: Connection, scope: Scope, venue_id: str) -> Sequence[Record]:
    """The pictures of a venue in scope without their bytes; `entrance_id` is "" for the venue's own."""
    query = select(*_TOLD).where(
        place_pictures.c.venue_id == venue_id, place_pictures.c.venue_id.in_(visible_venues(scope))
    )
    return connection.execute(query.order_by(place_pictures.c.entrance_id)).all()


def row(connection: Connection, scope: Scope, venue_id: str, entrance_id: str) -> Record | None:
    """One picture of a venue in scope, with its bytes."""
    query = select(place_pictures).where(
        place_pictures.c.venue_id == venue_id,
        place_pictures.c.entrance_id == entrance_id,
        place_pictures.c.venue_id.in_(visible_venues(scope)),
    )
    return connection.execute(query).first()


def at_poster(connection: Connection, scope: Scope, poster_id: str) -> Record | None:
    """The picture of the entrance that a poster belongs to, else of its venue, with its bytes."""
    query = (
        select(place_pictures)
        .join(entrances, entrances.c.venue_id == place_pictures.c.venue_id)
        .join(posters, posters.c.entrance_id == entrances.c.id)
        .where(
            posters.c.id == poster_id,
            posters.c.entrance_id.in_(visible_entrances(scope)),
            place_pictures.c.entrance_id.in_(("", posters.c.entrance_id)),
        )
    )
    return connection.execute(query.order_by(place_pictures.c.entrance_id.desc())).first()


def put(connection: Connection, venue_id: str, entrance_id: str, **values: object) -> None:
    """Keep a picture in the place of the one before."""
    removed(connection, venue_id, entrance_id)
    connection.execute(insert(place_pictures).values(venue_id=venue_id, entrance_id=entrance_id, **values))


def removed(connection: Connection, venue_id: str, entrance_id: str) -> bool:
    """Delete a picture; False when there is none."""
    one = (place_pictures.c.venue_id == venue_id, place_pictures.c.entrance_id == entrance_id)
    return connection.execute(delete(place_pictures).where(*one)).rowcount == 1
