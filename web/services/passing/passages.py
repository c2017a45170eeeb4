"""Passages that staff record by hand on the site: whom they mean, the one decision, and the entry of it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.decision import Presence, Vehicle, VisitorFacts
from domain.entry import Way
from domain.errors import InputError
from domain.hold import LEVEL_ORDERS, in_force
from domain.policy import Asked
from domain.reason import Reason
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.passing import passage_typing
from web.services.passing.deciding import Passage, judged
from web.services.passing.known import known_at
from web.services.passing.own_entries import NOBODY, Particulars, Recorded, made_before, recorded, taken_back
from web.services.passing.passage_typing import Typed, is_code
from web.services.people import recognising, visitors
from web.services.rules import policies
from web.store.desk import searching
from web.store.desk.filtering import Wanted
from web.store.passing import entries, passages
from web.store.people import visitors as visitor_store
from web.store.places import places
from web.store.scope import Scope

TAKEN_BACK_WITHIN_MS = 3_600_000
_CANDIDATES = 12
_RECENT = 5
# Stands for the driver's phone: it was given when they were registered.
_REGISTERED = "registered"


@dataclass(frozen=True, slots=True)
class Desk:
    """An entrance as its staff need it: what to ask for, and what was recorded here last."""

    entrance_id: str
    entrance_name: str
    venue_id: str
    venue_name: str
    time_zone: str
    is_open: bool
    asks_temperature: bool
    needs_temperature: bool
    is_confidential: bool
    recent: tuple[Recent, ...]


@dataclass(frozen=True, slots=True)
class Recent:
    """An entry that was made by hand, as the list below the form shows it."""

    id: str
    at_ms: int
    direction: str
    outcome: str
    masked_name: str
    is_taken_back: bool


@dataclass(frozen=True, slots=True)
class Several:
    """More than one visitor whom the text names: staff choose; `is_cut` when there are even more."""

    rows: tuple[visitors.VisitorRow, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Told:
    """An answer with what the person at the desk has to know: whom it is about and what to do."""

    answer: Recorded
    masked_name: str
    visitor_class: str
    orders: tuple[tuple[Sentence, str], ...]
    may_take_back: bool
    is_taken_back: bool
    direction: str


def desk(inst: Installation, scope: Scope, entrance_id: str) -> Desk:
    """What the page of an entrance in scope shows; NotFoundError outside of it."""

    def work(connection: Connection) -> Desk:
        door = _door(connection, scope, entrance_id)
        policy = policies.policy_for(connection, door)
        wanted = Wanted(venue_id=door.venue_id, entrance_id=door.id, ways=(Way.STAFF,))
        found = searching.page(connection, scope, wanted, limit=2 * _RECENT)
        made = [row for row in found if not row.corrects]
        return Desk(
            door.id,
            door.name,
            door.venue_id,
            door.venue_name,
            door.time_zone,
            door.state == "open",
            policy.temperature is not Asked.OFF,
            policy.temperature is Asked.REQUIRE,
            policy.confidential,
            tuple(_recent(row) for row in made[:_RECENT]),
        )

    return inst.read(work)


def record(
    inst: Installation, scope: Scope, entrance_id: str, typed: Typed, *, account_id: str = ""
) -> Recorded | Several:
    """Decide about a passage at an entrance in scope and record it; InputError names a bad field.

    A repeated form is answered with the first answer, before any rule is asked. The answer's `entry_id` is
    "" where nothing is kept: the text was somebody else's code.
    """
    seen = passage_typing.seen(typed)

    def work(connection: Connection) -> Recorded | Several:
        taken(connection, Turn.APPENDING)
        door = _door(connection, scope, entrance_id)
        if (before := made_before(connection, inst, typed.entry_id)) is not None:
            return before
        shown = _shown(connection, inst, scope, door, typed)
        if isinstance(shown, Several):
            return shown
        vehicle = None
        if seen.in_vehicle:
            vehicle = Vehicle(seen.plate, 1 + len(seen.occupants), (_REGISTERED, *seen.occupants))
        passage = Passage(
            shown, inst.now_ms(), Presence.STAFF, seen.direction, seen.temperature_tenths, vehicle,
            seen.companions,
        )  # fmt: skip
        found = judged(connection, door, passage)
        if not found.decision.is_entry:
            names = (door.venue_name, door.name, door.time_zone)
            return Recorded("", found.decision, passage.at_ms, *names, repeated=False)
        kept = Particulars(Way.STAFF, seen.plate, seen.companions, seen.occupants, made_by=account_id)
        return recorded(connection, inst, door, passage, found, typed.entry_id, kept)

    return inst.write(work)


def told(inst: Installation, scope: Scope, entrance_id: str, entry_id: str) -> Told | None:
    """The answer that was given under an entry id at an entrance in scope, as the desk shows it."""

    def work(connection: Connection) -> Told | None:
        row = entries.row(connection, scope, entry_id)
        answer = made_before(connection, inst, entry_id) if row else None
        if row is None or answer is None or row.entrance_id != entrance_id:
            return None
        may = _may_be_taken_back(row, inst.now_ms())
        whom = (row.masked_name or "", row.visitor_class or "")
        orders = _orders(connection, row)
        return Told(answer, *whom, orders, may, bool(row.taken_back), row.direction)

    return inst.read(work)


def take_back(
    inst: Installation, scope: Scope, entrance_id: str, entry_id: str, *, account_id: str = ""
) -> Recorded:
    """Take an entry of the last hour back by another one; InputError when it cannot be any more."""

    def work(connection: Connection) -> Recorded:
        taken(connection, Turn.APPENDING)
        door = _door(connection, scope, entrance_id)
        row = entries.row(connection, scope, entry_id)
        if row is None or row.entrance_id != door.id:
            raise NotFoundError
        if not row.taken_back and not _may_be_taken_back(row, inst.now_ms()):
            raise InputError(
                "entry",
                "Only entries made by hand can be taken back here, within an hour.",
                "此处只能在一小时内撤销手工登记的记录。",
            )
        whose = passages.visitor_of(connection, row.id)
        return taken_back(connection, inst, door, row, whose, account_id)

    return inst.write(work)


def _door(connection: Connection, scope: Scope, entrance_id: str) -> Record:
    door = places.entrance_row(connection, scope, entrance_id)
    if door is None:
        raise NotFoundError
    return door


def _shown(
    connection: Connection, inst: Installation, scope: Scope, door: Record, typed: Typed
) -> str | VisitorFacts | Several:
    """Whom staff mean: the text of a code, one visitor, somebody new, or several to choose from."""
    if typed.name.strip() or typed.phone.strip():
        asked = visitors.Registration("", typed.name, typed.phone, typed.visitor_class)
        person = visitors.checked(asked)
        return _known(connection, inst, visitors.known_or_new(connection, inst, door.enterprise_id, person))
    if typed.visitor_id:
        if visitor_store.row(connection, scope, typed.visitor_id) is None:
            raise NotFoundError
        return _known(connection, inst, typed.visitor_id)
    if is_code(typed.who):
        return typed.who
    if typed.who.strip():
        return _found(connection, inst, scope, typed.who)
    if policies.policy_for(connection, door).confidential:
        return NOBODY
    raise InputError(
        "who",
        "Scan a code, or give a number, phone or name. Somebody new is registered below.",
        "请扫码，或输入编号、电话、姓名；新访客请在下方登记。",
    )


def _found(connection: Connection, inst: Installation, scope: Scope, text: str) -> VisitorFacts | Several:
    ids = recognising.found_by_text(connection, inst.cipher, scope, text)
    if len(ids) == 1:
        return _known(connection, inst, ids[0])
    if not ids:
        raise InputError(
            "who",
            "Nobody is found under this. Check it, or register the person below.",
            "没有找到此人，请核对，或在下方登记。",
        )
    rows = visitor_store.rows(connection, scope, among=ids, limit=_CANDIDATES)
    return Several(tuple(visitors.shown(inst, row) for row in rows), len(ids) > len(rows))


def _known(connection: Connection, inst: Installation, visitor_id: str) -> VisitorFacts:
    return known_at(connection, [visitor_id], inst.now_ms())[visitor_id]


def _orders(connection: Connection, row: Record) -> tuple[tuple[Sentence, str], ...]:
    """What holds tell the staff to do about somebody who was referred because of them."""
    if row.reason != Reason.ON_HOLD:
        return ()
    visitor_id = passages.visitor_of(connection, row.id)
    known = known_at(connection, [visitor_id], row.at_ms).get(visitor_id)
    held = in_force(known.holds, row.at_ms) if known else ()
    return tuple((LEVEL_ORDERS[hold.level], hold.instruction) for hold in held)


def _may_be_taken_back(row: Record, now_ms: int) -> bool:
    is_fresh = now_ms - row.received_ms < TAKEN_BACK_WITHIN_MS
    return (
        row.way == Way.STAFF and row.device == "web" and is_fresh and not row.corrects and not row.taken_back
    )


def _recent(row: Record) -> Recent:
    whom = row.masked_name or ""
    return Recent(row.id, row.at_ms, row.direction, row.outcome, whom, bool(row.taken_back))
