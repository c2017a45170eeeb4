"""Changes to venues and entrances that are there already; their gates hear of it with the next bundle."""

from __future__ import annotations

from domain.venue import VenueState
from domain.visitor import cleaned
from web.db.connecting.connection import Connection
from web.db.connecting.turns import Turn, taken
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places.importing.already_there import expect_new_entrance, expect_new_venue
from web.services.places.places import venue_values
from web.store.gates import gate_news
from web.store.places import places
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
    surrounds: bool | None = None,
) -> None:
    """Correct what a venue in scope is; its entries stay where they are, and with None what it `surrounds`.

    InputError names a bad field, ExistsError the venue that is called so already.
    """

    def work(connection: Connection) -> None:
        taken(connection, Turn.FOUNDING)
        values = venue_values(name, address, kind, capacity, time_zone)
        values |= {} if surrounds is None else {"surrounds": int(surrounds)}
        row = next(iter(places.venue_rows(connection, scope, inst.now_ms(), venue_id=venue_id)), None)
        if row is None:
            raise NotFoundError
        called = str(values["name"]), str(values["address"])
        if called != (row.name, row.address) and row.state != VenueState.CLOSED:
            expect_new_venue(connection, row.enterprise_id, *called)
        places.venue_changed(connection, scope, venue_id, **values)
        gate_news.of_venue(connection, venue_id)

    inst.write(work)


def rename_entrance(inst: Installation, scope: Scope, entrance_id: str, name: str) -> None:
    """Give an entrance in scope another name; posters that hang there keep the old one until reprinted.

    ExistsError names the entrance of the venue that is called so already.
    """
    called = cleaned(name, "name")

    def work(connection: Connection) -> None:
        taken(connection, Turn.FOUNDING)
        door = places.entrance_row(connection, scope, entrance_id)
        if door is None:
            raise NotFoundError
        if called != door.name:
            expect_new_entrance(connection, door.venue_id, called)
        places.entrance_changed(connection, scope, entrance_id, name=called)
        gate_news.of_venue(connection, door.venue_id)

    inst.write(work)
