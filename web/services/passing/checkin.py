"""Checking in by poster: the phone's way to the same decision as at a gate."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import astuple, dataclass

from domain.decision import Presence, Vehicle, VisitorFacts
from domain.entry import Way, uuid7
from domain.errors import InputError
from domain.hours import local_time
from domain.inheritance import Effective
from domain.policy import Asked, Policy
from domain.venue import PosterState, parsed_short_number, poster_id, poster_symbols
from domain.visitor import VisitorClass
from web.db.connection import Connection, Record
from web.db.turns import alone_with
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_token
from web.services.passing import passage_typing, poster_watch
from web.services.passing.deciding import Passage, asks_who_is_inside, judged
from web.services.passing.known import known_at, plain
from web.services.passing.own_entries import (
    NOBODY,
    Looked,
    Particulars,
    Recorded,
    made_before,
    own_number,
    recorded,
)
from web.services.passing.passage_typing import Seen, Typed
from web.services.people import declaring, visitors
from web.services.people.declaring import NOTHING, Asks, Declared
from web.services.rules import policies
from web.store import at_the_door, changes, places
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


# In the order of `CheckIn`: a form that was open over an update has its id again.
_TYPED = (
    *("name", "phone", "temperature", "plate", "direction", "anonymous", "companions", "in_vehicle"),
    *("others", "phones"),
)


_NOTHING_SAID = str(astuple(NOTHING))


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
        values = [getattr(self, name) for name in _TYPED]
        # Taking it apart costs more than all the rest, and mostly nothing is declared.
        declared = _NOTHING_SAID if self.declared is NOTHING else str(astuple(self.declared))
        return (*map(str, values), declared)


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
    try:
        return checked_in(inst, poster, lambda _: given)[0]
    except NotFoundError:  # the poster counts no more; what was recorded by it still does
        before = inst.read(lambda connection: made_before(connection, inst, given.entry_id))
        if before is None:
            raise
        return before


def checked_in(
    inst: Installation, poster: str, asked: Callable[[PosterPage], CheckIn], address: str = ""
) -> tuple[Recorded, PosterPage]:
    """As `check_in`, all in one transaction: what is `asked` of the visitor depends on the poster's page.

    From an `address` the use of the poster is counted (`poster_watch`). NotFoundError for a poster that is
    not, or counts no more.
    """
    number = own_number(inst)

    def work(connection: Connection) -> tuple[Recorded, PosterPage]:
        door = at_the_door.poster(connection, poster)
        if door is None or door.poster_state == PosterState.REVOKED:
            raise NotFoundError
        now_ms = inst.now_ms()
        effective = policies.in_force_now(connection, inst, door, now_ms)
        page = _shown(door, effective.policy, now_ms)
        given = asked(page)
        person = None if given.anonymous else visitors.checked(_registration(given))
        seen = passage_typing.seen(_typed(given))
        came = _came(connection, inst, door, effective.policy, person, given)
        if came is None:
            before = made_before(connection, inst, given.entry_id)
            assert before is not None, "it was there in this transaction"
            return before, page
        looked = Looked(int(door.bundle_seq or 0), number, came.has_visits, bool(door.is_heard))
        done = _decided(connection, inst, door, effective, came.visitor, given.entry_id, person, seen, looked)
        if address:
            poster_watch.counted(connection, inst, poster, address, now_ms)
        if came.is_new:
            # Last of all: whoever comes after waits from here until this is committed.
            changes.touched(connection, [came.visitor.visitor_id])
        return done, page

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
    door = at_the_door.poster(connection, identity)
    return _shown(door, policies.in_force(connection, door).policy, inst.now_ms()) if door else None


def _shown(door: Record, policy: Policy, now_ms: int) -> PosterPage:
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


@dataclass(frozen=True, slots=True)
class _Came:
    """Who came, whether visits of theirs are announced, and whether gates have yet to hear of them."""

    visitor: VisitorFacts
    has_visits: bool = False
    is_new: bool = False


def _came(
    connection: Connection, inst: Installation, door: Record, policy: Policy, person: visitors.Person | None,
    given: CheckIn,
) -> _Came | None:  # fmt: skip
    """The known visitor with this name and phone, or a new one of the enterprise; None for a repeat."""
    if person is None:
        return None if at_the_door.has_entry(connection, given.entry_id) else _Came(NOBODY)
    row: Record | None = visitors.at_the_door(
        connection, inst, door.enterprise_id, person, given.entry_id, alone=asks_who_is_inside(policy)
    )
    assert row is not None
    if row.is_made:
        return None
    if is_new := row.id is None:
        made = visitors.keep(connection, inst, door.enterprise_id, person, new_token(), "self", is_told=False)
        row = at_the_door.visitor(connection, made)
        assert row is not None, "kept just now"
    asks = declaring.asks_of(policy)
    is_more = declaring.keep(connection, inst, row.id, given.declared, asks, door.time_zone)
    if not row.has_facts and not is_more:
        return _Came(plain(row), bool(row.has_visits), is_new)
    visitor = known_at(connection, [row.id], inst.now_ms())[row.id]
    return _Came(visitor, bool(row.has_visits), is_new and not is_more)


def _decided(
    connection: Connection, inst: Installation, door: Record, effective: Effective, visitor: VisitorFacts,
    entry_id: str, person: visitors.Person | None, seen: Seen, looked: Looked,
) -> Recorded:  # fmt: skip
    if person is None and not effective.policy.confidential:
        raise InputError("name", "Please fill this in.", "请填写此项。")
    vehicle = _vehicle(person, seen)
    passage = Passage(
        visitor, inst.now_ms(), Presence.POSTER_STATIC, seen.direction, seen.temperature_tenths, vehicle
    )
    if effective.policy.capacity is not None:
        # Of two who come at once the second must be counted after the first.
        alone_with(connection, hashlib.sha256(f"room {door.venue_id}".encode()).digest())
    found = judged(connection, door, passage, effective=effective)
    kept = Particulars(Way.POSTER, seen.plate, seen.companions, seen.occupants)
    return recorded(connection, inst, door, passage, found, entry_id, kept, looked)


def _vehicle(person: visitors.Person | None, seen: Seen) -> Vehicle | None:
    """The vehicle with the phone of whoever holds this one, and those of the others; None on foot."""
    if person is None or not seen.in_vehicle:
        return None
    return Vehicle(seen.plate, 1 + len(seen.occupants), (person.phone, *seen.occupants))
