"""What a scanned poster shows: the page before anybody checks in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from domain.hours import local_time
from domain.policy import Asked, Policy
from domain.venue import PosterState, parsed_short_number, poster_id, poster_symbols
from web.db.connecting.connection import Connection, Record
from web.services.installation import Installation
from web.services.people import declaring
from web.services.people.declaring import Asks
from web.services.rules import policies
from web.store.passing import at_the_door
from web.store.places import places
from web.store.scope import PROGRAM


@dataclass(frozen=True, slots=True)
class PosterPage:
    """What a scanned poster shows; `state` is the venue's, or "revoked" for a withdrawn poster.

    `venue_key` lets a phone tell venues apart without naming one, `day` is the date there.
    """

    poster_id: str
    venue_name: str
    address: str
    entrance_name: str
    enterprise_name: str
    state: str
    short_number: str
    asks_temperature: bool
    needs_temperature: bool
    asks_vehicle: bool
    asks: Asks
    confidential: bool
    time_zone: str
    venue_key: str
    day: str
    venue_id: str


def poster_page(inst: Installation, symbols: str) -> PosterPage | None:
    """What the poster with these 26 symbols (any case) stands for; None when there is no such poster."""
    identity = poster_id(symbols)
    return inst.read(lambda connection: _page(connection, inst, identity.hex())) if identity else None


def poster_by_short_number(inst: Installation, typed: str) -> str | None:
    """The symbols of the poster with this typed short number; None when mistyped or unknown."""
    number = parsed_short_number(typed)
    if number is None:
        return None
    row = inst.ask(lambda connection: places.poster_row(connection, PROGRAM, short_number=number))
    return poster_symbols(bytes.fromhex(row.id)) if row else None


def shown(door: Record, policy: Policy, now_ms: int) -> PosterPage:
    """The page of a row of `at_the_door.poster`."""
    return PosterPage(
        poster_id=door.poster_id,
        venue_name=door.venue_name,
        address=door.address,
        entrance_name=door.name,
        enterprise_name=door.enterprise_name,
        state="revoked" if door.poster_state == PosterState.REVOKED else door.state,
        short_number=door.short_number,
        asks_temperature=policy.temperature is not Asked.OFF,
        needs_temperature=policy.temperature is Asked.REQUIRE,
        asks_vehicle=policy.vehicle_complete,
        asks=declaring.asks_of(policy),
        confidential=policy.confidential,
        time_zone=door.time_zone,
        venue_key=hashlib.blake2b(door.venue_id.encode(), digest_size=6).hexdigest(),
        day=local_time(now_ms, door.time_zone).date().isoformat(),
        venue_id=door.venue_id,
    )


def _page(connection: Connection, inst: Installation, identity: str) -> PosterPage | None:
    door = at_the_door.poster(connection, identity)
    return shown(door, policies.in_force(connection, door).policy, inst.now_ms()) if door else None
