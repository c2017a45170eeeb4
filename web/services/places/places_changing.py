"""Changes to venues and entrances that are there already; their gates hear of it with the next bundle."""

from __future__ import annotations

from domain.visitor import cleaned
from web.db.connection import Connection
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places.places import venue_values
from web.store import gate_news, places
from web.store.scope import Scope


def change_venue(
    inst: Installation,
    scope: Scope,
    venue_id: str,
    *,
    name: str,
    address: str,
    kind: str,
    capacity: int | None,
    time_zone: str,
) -> None:
    """Correct what a venue in scope is; InputError names a bad field. Its entries stay where they are."""

    def work(connection: Connection) -> None:
        values = venue_values(name, address, kind, capacity, time_zone)
        if not places.venue_changed(connection, scope, venue_id, **values):
            raise NotFoundError
        gate_news.of_venue(connection, venue_id)

    inst.write(work)


def rename_entrance(inst: Installation, scope: Scope, entrance_id: str, name: str) -> None:
    """Give an entrance in scope another name; posters that hang there keep the old one until reprinted."""

    def work(connection: Connection) -> None:
        door = places.entrance_row(connection, scope, entrance_id)
        if door is None:
            raise NotFoundError
        places.entrance_changed(connection, scope, entrance_id, name=cleaned(name, "name"))
        gate_news.of_venue(connection, door.venue_id)

    inst.write(work)
