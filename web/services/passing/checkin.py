"""Checking in by poster: the phone's way to the same decision as at a gate."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import astuple, dataclass

from domain.decision import Presence, Vehicle, VisitorFacts
from domain.entry import Way, uuid7
from domain.errors import InputError
from domain.hours import local_time
from domain.policy import Asked, Policy
from domain.venue import PosterState, parsed_short_number, poster_id, poster_symbols
from domain.visitor import VisitorClass
from web.db.connection import Connection, Record
from web.db.turns import Turn, taken
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.passing import passage_typing
from web.services.passing.deciding import Passage, judged
from web.services.passing.known import known_at
from web.services.passing.own_entries import NOBODY, Particulars, Recorded, made_before, recorded
from web.services.passing.passage_typing import Seen, Typed
from web.services.people import declaring, visitors
from web.services.people.declaring import NOTHING, Asks, Declared
from web.services.rules.policies import policy_for
from web.store import places
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


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A check-in or check-out as it was typed; `entry_id` makes a repeat of it harmless.

    `anonymous` is for a confidential venue, which asks for nobody's name; `phones` are those of the others
    in the vehicle, one a line.
    """

    entry_id: str
    name: str
    phone: str
    temperature: str = ""
    plate: str = ""
    direction: str = "in"
    anonymous: bool = False
    companions: str = ""
    in_vehicle: bool = False
    others: str = ""
    phones: str = ""
    declared: Declared = NOTHING

    def all(self) -> tuple[str, ...]:
        """Everything that was typed, for an id that a repeat has again."""
        return tuple(str(value) for value in astuple(self)[1:])


@dataclass(frozen=True, slots=True)
class _Door:
    """A poster that may be used, with its entrance."""

    poster: Record
    row: Record


def new_entry_id(inst: Installation) -> str:
    """An entry id to put into a form: whoever sends the form twice makes one entry."""
    return uuid7(inst.now_ms(), secrets.token_bytes(10))


def poster_page(inst: Installation, symbols: str) -> PosterPage | None:
    """What the poster with these 26 symbols (any case) stands for; None when there is no such poster."""
    identity = poster_id(symbols)
    return inst.read(lambda connection: _page(connection, inst, identity.hex())) if identity else None


def poster_by_short_number(inst: Installation, typed: str) -> str | None:
    """The symbols of the poster with this typed short number; None when mistyped or unknown."""
    number = parsed_short_number(typed)
    if number is None:
        return None
    row = inst.read(lambda connection: places.poster_row(connection, PROGRAM, short_number=number))
    return poster_symbols(bytes.fromhex(row.id)) if row else None


def check_in(inst: Installation, poster: str, given: CheckIn) -> Recorded:
    """Decide and record one passage at a poster (its id in hex); InputError names a bad field.

    A repeated `entry_id` is answered with the first answer, before any rule is asked.
    """
    person = None if given.anonymous else visitors.checked(_registration(given))
    seen = passage_typing.seen(_typed(given))

    def work(connection: Connection) -> Recorded:
        # From the first look to the commit: of two at once the second must see the first.
        taken(connection, Turn.APPENDING)
        if (before := made_before(connection, inst, given.entry_id)) is not None:
            return before
        door = _door(connection, poster)
        visitor = _visitor(connection, inst, door.row, person, given.declared) if person else NOBODY
        return _decided(connection, inst, door, visitor, given.entry_id, person, seen)

    return inst.write(work)


def _registration(given: CheckIn) -> visitors.Registration:
    return visitors.Registration("", given.name, given.phone, VisitorClass.VISITOR, plate=given.plate)


def _typed(given: CheckIn) -> Typed:
    return Typed(
        given.entry_id,
        direction=given.direction,
        temperature=given.temperature,
        companions=given.companions,
        in_vehicle=given.in_vehicle,
        plate=given.plate,
        others=given.others,
        phones=given.phones,
    )


def _page(connection: Connection, inst: Installation, identity: str) -> PosterPage | None:
    row = places.poster_row(connection, PROGRAM, poster_id=identity)
    door = places.entrance_row(connection, PROGRAM, row.entrance_id) if row else None
    if row is None or door is None:
        return None
    return _shown(row, door, policy_for(connection, door), inst.now_ms())


def _shown(row: Record, door: Record, policy: Policy, now_ms: int) -> PosterPage:
    return PosterPage(
        poster_id=row.id,
        venue_name=door.venue_name,
        address=door.address,
        entrance_name=door.name,
        enterprise_name=door.enterprise_name,
        state="revoked" if row.state == PosterState.REVOKED else door.state,
        short_number=row.short_number,
        asks_temperature=policy.temperature is not Asked.OFF,
        needs_temperature=policy.temperature is Asked.REQUIRE,
        asks_vehicle=policy.vehicle_complete,
        asks=declaring.asks_of(policy),
        confidential=policy.confidential,
        time_zone=door.time_zone,
        venue_key=hashlib.blake2b(door.venue_id.encode(), digest_size=6).hexdigest(),
        day=local_time(now_ms, door.time_zone).date().isoformat(),
    )


def _door(connection: Connection, identity: str) -> _Door:
    row = places.poster_row(connection, PROGRAM, poster_id=identity)
    door = places.entrance_row(connection, PROGRAM, row.entrance_id) if row else None
    if row is None or door is None or row.state == PosterState.REVOKED:
        raise NotFoundError
    return _Door(row, door)


def _visitor(
    connection: Connection, inst: Installation, door: Record, person: visitors.Person, said: Declared
) -> VisitorFacts:
    """The known visitor with this name and phone, or a new one of the venue's enterprise."""
    identity = visitors.known_or_new(connection, inst, door.enterprise_id, person)
    asks = declaring.asks_of(policy_for(connection, door))
    declaring.keep(connection, inst, identity, said, asks, door.time_zone)
    return known_at(connection, [identity], inst.now_ms())[identity]


def _decided(
    connection: Connection,
    inst: Installation,
    door: _Door,
    visitor: VisitorFacts,
    entry_id: str,
    person: visitors.Person | None,
    seen: Seen,
) -> Recorded:
    passage = Passage(
        visitor,
        inst.now_ms(),
        Presence.POSTER_STATIC,
        seen.direction,
        seen.temperature_tenths,
        _vehicle(person, seen),
    )
    found = judged(connection, door.row, passage)
    if person is None and not found.effective.policy.confidential:
        raise InputError("name", "Please fill this in.", "请填写此项。")
    kept = Particulars(Way.POSTER, seen.plate, seen.companions, seen.occupants)
    return recorded(connection, inst, door.row, passage, found, entry_id, kept)


def _vehicle(person: visitors.Person | None, seen: Seen) -> Vehicle | None:
    """The vehicle with the phone of whoever holds this one, and those of the others; None on foot."""
    if person is None or not seen.in_vehicle:
        return None
    return Vehicle(seen.plate, 1 + len(seen.occupants), (person.phone, *seen.occupants))
