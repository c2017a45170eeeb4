"""Checking in by poster: the phone's way to the same decision as at a gate."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import astuple, dataclass

from domain.decision import Presence, Vehicle, VisitorFacts
from domain.entry import Way, uuid7
from domain.errors import InputError
from domain.inheritance import Effective
from domain.policy import Policy
from domain.venue import PosterState
from domain.visitor import VisitorClass
from web.db.connecting.connection import Connection, Record
from web.db.connecting.late import begun, committed
from web.db.connecting.turns import alone_with
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.passing import passage_typing, poster_watch
from web.services.passing.deciding import Passage, asks_who_is_inside, judged
from web.services.passing.known import is_plain, known_at, plain, plain_at_door
from web.services.passing.own_entries import (
    NOBODY,
    Looked,
    Particulars,
    Recorded,
    made_before,
    own_number,
    recorded,
    recorded_and_used,
)
from web.services.passing.passage_typing import Seen, Typed
from web.services.passing.poster_pages import PosterPage, shown
from web.services.people import declaring, recognising, visitors
from web.services.people.declaring import NOTHING, Declared
from web.services.people.recognising import Person
from web.services.rules import policies
from web.store.gates import changes
from web.store.passing import at_the_door
from web.store.passing.poster_uses import Use

# In the order of `CheckIn`: a form that was open over an update has its id again.
_TYPED = (
    *("name", "phone", "temperature", "plate", "direction", "anonymous", "companions", "in_vehicle"),
    *("others", "phones"),
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Where a check-in comes from, "" for who knows, and the name and phone that were typed."""

    address: str = ""
    name: str = ""
    phone: str = ""


_UNKNOWN = Sender()
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


def check_in(inst: Installation, poster: str, given: CheckIn) -> Recorded:
    """Decide and record one passage at a poster (its id in hex); InputError names a bad field.

    A repeated `entry_id` is answered with the first answer, before any rule is asked.
    """
    try:
        return checked_in(inst, poster, lambda _: given, Sender("", given.name, given.phone))[0]
    except NotFoundError:  # the poster counts no more; what was recorded by it still does
        before = inst.read(lambda connection: made_before(connection, inst, given.entry_id))
        if before is None:
            raise
        return before


def checked_in(
    inst: Installation, poster: str, asked: Callable[[PosterPage], CheckIn], sender: Sender = _UNKNOWN
) -> tuple[Recorded, PosterPage]:
    """As `check_in`, all in one transaction: what is `asked` of the visitor depends on the poster's page.

    From an address the use of the poster is counted (`poster_watch`). NotFoundError for a poster that is
    not, or counts no more.
    """
    number = own_number(inst)
    is_first = inst.is_shared

    def work(connection: Connection) -> tuple[Recorded, PosterPage]:
        nonlocal is_first
        looked_at: Record | None = None
        if is_first:
            is_first = False  # whoever was at the same place at once has to look again
            looked_at, known = _at_once(connection, inst, poster, asked, sender, number)
            if known is not None:
                return known
        begun(connection)
        door = looked_at or at_the_door.poster(connection, poster)
        if door is None or door.poster_state == PosterState.REVOKED:
            raise NotFoundError
        now_ms = inst.now_ms()
        effective = policies.in_force_now(connection, inst, door, now_ms)
        page = shown(door, effective.policy, now_ms)
        given = asked(page)
        person = None if given.anonymous else visitors.checked(_registration(given))
        seen = passage_typing.seen(_typed(given))
        is_stranger = looked_at is not None and looked_at.visitor_id is None
        came = _came(connection, inst, door, effective.policy, person, given, is_stranger=is_stranger)
        if came is None:
            before = made_before(connection, inst, given.entry_id)
            assert before is not None, "it was there in this transaction"
            return before, page
        looked = Looked(int(door.bundle_seq or 0), number, came.has_visits, bool(door.is_heard))
        use = _use(inst, poster, sender, now_ms)
        done = _decided(
            connection, inst, door, effective, came.visitor, given.entry_id, person, seen, looked, use
        )
        if came.is_new:
            # Last of all: whoever comes after waits from here until this is committed.
            with committed(connection):
                changes.came(connection, came.visitor.visitor_id, door.area_path)
        return done, page

    return inst.write_late(work)


def _at_once(
    connection: Connection, inst: Installation, poster: str, asked: Callable[[PosterPage], CheckIn],
    sender: Sender, number: int | None,
) -> tuple[Record | None, tuple[Recorded, PosterPage] | None]:  # fmt: skip
    """A check-in by one question and one statement, of somebody of whom nothing else is known.

    None, with nothing written, for everybody else; and the row of `at_the_door.poster_and_person`, if it was
    asked for. Whoever sends a form twice meets their own entry.
    """
    guess = recognising.guessed(inst.cipher, sender.name, sender.phone)
    if guess is None:
        return None, None
    door = at_the_door.poster_and_person(connection, poster, *guess.digests)
    if door is None or door.poster_state == PosterState.REVOKED or not is_plain(door):
        return door, None
    now_ms = inst.now_ms()
    effective = policies.in_force_now(connection, inst, door, now_ms)
    page = shown(door, effective.policy, now_ms)
    given = asked(page)
    person = None if given.anonymous else visitors.checked(_registration(given))
    if person is None or not guess.is_of(person) or given.declared is not NOTHING:
        return door, None
    if asks_who_is_inside(effective.policy):
        return door, None
    use = _use(inst, poster, sender, now_ms)
    looked = Looked(int(door.bundle_seq or 0), number, has_visits=False, is_heard=False)
    seen, visitor = passage_typing.seen(_typed(given)), plain_at_door(door)
    done = _decided(connection, inst, door, effective, visitor, given.entry_id, person, seen, looked, use)
    return door, (done, page)


def _use(inst: Installation, poster: str, sender: Sender, now_ms: int) -> Use | None:
    return poster_watch.use_of(inst, poster, sender.address, now_ms) if sender.address else None


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


@dataclass(frozen=True, slots=True)
class _Came:
    """Who came, whether visits of theirs are announced, and whether gates have yet to hear of them."""

    visitor: VisitorFacts
    has_visits: bool = False
    is_new: bool = False


def _came(
    connection: Connection, inst: Installation, door: Record, policy: Policy, person: Person | None,
    given: CheckIn, *, is_stranger: bool,
) -> _Came | None:  # fmt: skip
    """The known visitor with this name and phone, or a new one of the enterprise; None for a repeat.

    When `is_stranger`, nobody was found a moment ago.
    """
    if person is None:
        return None if at_the_door.has_entry(connection, given.entry_id) else _Came(NOBODY)
    row: Record | None = recognising.at_the_door(
        connection, inst, door.enterprise_id, person, given.entry_id,
        alone=asks_who_is_inside(policy) or is_stranger,
    )  # fmt: skip
    assert row is not None
    if row.is_made:
        return None
    is_new = row.id is None
    visitor = visitors.came_first(connection, inst, door.enterprise_id, person) if is_new else plain(row)
    asks = declaring.asks_of(policy)
    is_more = declaring.keep(connection, inst, visitor.visitor_id, given.declared, asks, door.time_zone)
    if row.has_facts or is_more:
        visitor = known_at(connection, [visitor.visitor_id], inst.now_ms())[visitor.visitor_id]
    return _Came(visitor, bool(row.has_visits), is_new and not is_more)


def _decided(
    connection: Connection, inst: Installation, door: Record, effective: Effective, visitor: VisitorFacts,
    entry_id: str, person: Person | None, seen: Seen, looked: Looked, use: Use | None,
) -> Recorded:  # fmt: skip
    if person is None and not effective.policy.confidential:
        raise InputError("name", "Please fill this in.", "请填写此项。")
    vehicle = _vehicle(person, seen)
    # Where nobody is asked for a phone the others are counted all the same.
    companions = seen.companions + (0 if vehicle else len(seen.occupants))
    passage = Passage(
        visitor, inst.now_ms(), Presence.POSTER_STATIC, seen.direction, seen.temperature_tenths, vehicle,
        companions,
    )  # fmt: skip
    if effective.policy.capacity is not None:
        # Of two who come at once the second must be counted after the first.
        alone_with(connection, hashlib.sha256(f"room {door.venue_id}".encode()).digest())
    found = judged(connection, door, passage, effective=effective)
    kept = Particulars(Way.POSTER, seen.plate, seen.companions, seen.occupants)
    if use is None:
        return recorded(connection, inst, door, passage, found, entry_id, kept, looked)
    done, times = recorded_and_used(connection, inst, door, passage, found, entry_id, kept, looked, use)
    if poster_watch.asks_to_look(times):
        begun(connection)
        poster_watch.looked(connection, use, passage.at_ms)
    return done


def _vehicle(person: Person | None, seen: Seen) -> Vehicle | None:
    """The vehicle with the phone of whoever holds this one, and those of the others; None on foot."""
    if person is None or not seen.in_vehicle:
        return None
    return Vehicle(seen.plate, 1 + len(seen.occupants), (person.phone, *seen.occupants))
