"""Visitors: registering them, finding them again, and the private link to their own page."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InputError
from domain.facts import VisitorFacts
from domain.visitor import (
    VisitorClass,
    cleaned,
    masked_name,
    masked_phone,
    normalised_id_number,
    normalised_phone,
    normalised_plate,
)
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id, new_token
from web.services.people import recognising
from web.services.people.recognising import Person
from web.services.places import places
from web.services.short_numbers import unused_number
from web.store.gates import changes
from web.store.people import visitors
from web.store.scope import Scope
from web.store.sealing import FieldCipher, token_hash


@dataclass(frozen=True, slots=True)
class Registration:
    """What is asked of a visitor, as it was typed."""

    enterprise_id: str
    name: str
    phone: str
    visitor_class: str
    id_number: str = ""
    plate: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """A new visitor and the private link, which is shown this once."""

    visitor_id: str
    link: str


@dataclass(frozen=True, slots=True)
class VisitorRow:
    """A visitor as lists show them: masked."""

    id: str
    masked_name: str
    masked_phone: str
    visitor_class: str
    short_number: str
    created_ms: int
    enterprise_name: str


@dataclass(frozen=True, slots=True)
class OwnVisitor:
    """A visitor on their own page."""

    id: str
    name: str
    visitor_class: str
    short_number: str


def register(inst: Installation, scope: Scope, given: Registration) -> Registered:
    """Keep a new visitor of an enterprise in scope; InputError names the first bad field."""
    places.enterprise(inst, scope, given.enterprise_id)
    person = checked(given)
    token = new_token()
    identity = inst.write(lambda connection: keep(connection, inst, given.enterprise_id, person, token))
    return Registered(identity, own_link(inst, token))


def checked(given: Registration) -> Person:
    """The registration in normal form; InputError names the first bad field."""
    if given.visitor_class not in set(VisitorClass):
        raise InputError("visitor_class", "Choose a class from the list.", "请从列表中选择人员类别。")
    return Person(
        cleaned(given.name, "name"),
        normalised_phone(given.phone),
        VisitorClass(given.visitor_class),
        normalised_id_number(given.id_number) if given.id_number.strip() else "",
        normalised_plate(given.plate) if given.plate.strip() else "",
    )


def keep(
    connection: Connection,
    inst: Installation,
    enterprise_id: str,
    person: Person,
    token: str,
    source: str = "staff",
) -> str:
    """Write a new visitor with sealed fields and blind index; returns the id."""
    made = _added(connection, inst, enterprise_id, person, token, source)
    changes.touched(connection, [made.visitor_id])
    return made.visitor_id


def came_first(
    connection: Connection, inst: Installation, enterprise_id: str, person: Person
) -> VisitorFacts:
    """Write somebody new who came by themselves, and tell what is known of them.

    The caller still has to tell the gates (`changes.came`), which makes all others who change visitors
    wait: as the last thing in a transaction.
    """
    return _added(connection, inst, enterprise_id, person, new_token(), "self")


def _added(
    connection: Connection, inst: Installation, enterprise_id: str, person: Person, token: str, source: str
) -> VisitorFacts:
    identity, seal = new_id(), inst.cipher.sealed
    number = unused_number(lambda number: visitors.has_number(connection, number))
    masked = masked_name(person.name)
    visitors.added(
        connection,
        recognising.all_terms_of(inst.cipher, person),
        id=identity,
        enterprise_id=enterprise_id,
        short_number=number,
        visitor_class=person.visitor_class,
        name_sealed=seal(person.name.encode(), place("name", identity)),
        phone_sealed=seal(person.phone.encode(), place("phone", identity)),
        id_number_sealed=_optional(inst.cipher, "id_number", identity, person.id_number),
        plate_sealed=_optional(inst.cipher, "plate", identity, person.plate),
        masked_name=masked,
        source=source,
        link_hash=token_hash(token),
        created_ms=inst.now_ms(),
    )
    return VisitorFacts(identity, person.visitor_class, masked_name=masked, short_number=number)


def place(column: str, visitor_id: str) -> str:
    """Where a visitor's field is sealed to."""
    return f"visitors|{column}|{visitor_id}"


def own_link(inst: Installation, token: str) -> str:
    """The private link; its secret is in the fragment, which browsers do not send or log."""
    return f"{inst.settings.base_url}/me#{token}"


def renew_link(inst: Installation, scope: Scope, visitor_id: str) -> str:
    """A new private link; the old one is dead from now on."""
    token = new_token()

    def work(connection: Connection) -> None:
        if visitors.row(connection, scope, visitor_id) is None:
            raise NotFoundError
        visitors.set_link(connection, visitor_id, token_hash(token))

    inst.write(work)
    return own_link(inst, token)


def by_link(inst: Installation, token: str) -> OwnVisitor | None:
    """The visitor who holds this private link."""
    row = inst.ask(lambda connection: visitors.by_link(connection, token_hash(token)))
    if row is None:
        return None
    name = inst.cipher.opened(row.name_sealed, place("name", row.id)).decode()
    return OwnVisitor(row.id, name, row.visitor_class, row.short_number)


def listed(
    inst: Installation, scope: Scope, text: str = "", limit: int = 50, after: tuple[int, str] | None = None
) -> list[VisitorRow]:
    """Visitors in scope, newest first; `text` is a name, a word of it, phone, plate, ID or short number.

    `after` is when the last one of the page before was registered, and its id.
    """

    def work(connection: Connection) -> list[VisitorRow]:
        among = recognising.found_by_text(connection, inst.cipher, scope, text) if text.strip() else None
        rows = visitors.rows(connection, scope, among=among, limit=limit, after=after)
        return [shown(inst, row) for row in rows]

    return inst.read(work)


def visitor(inst: Installation, scope: Scope, visitor_id: str) -> VisitorRow:
    """One visitor; NotFoundError outside the scope."""
    row = inst.ask(lambda connection: visitors.row(connection, scope, visitor_id))
    if row is None:
        raise NotFoundError
    return shown(inst, row)


def known_or_new(connection: Connection, inst: Installation, enterprise_id: str, person: Person) -> str:
    """The enterprise's visitor with this name and phone, kept now if they were never here before."""
    scope = Scope(enterprise_id=enterprise_id)
    known = recognising.same_person(connection, inst.cipher, scope, person)
    if known is None:  # of two who meet somebody new at once the second finds whom the first kept
        recognising.alone(connection, inst.cipher, [person])
        known = recognising.same_person(connection, inst.cipher, scope, person)
    return known or keep(connection, inst, enterprise_id, person, new_token(), "self")


def _optional(cipher: FieldCipher, column: str, visitor_id: str, value: str) -> bytes | None:
    return cipher.sealed(value.encode(), place(column, visitor_id)) if value else None


def shown(inst: Installation, row: Record) -> VisitorRow:
    """A row of the store as lists show it."""
    phone = inst.cipher.opened(row.phone_sealed, place("phone", row.id)).decode()
    return VisitorRow(
        row.id,
        row.masked_name,
        masked_phone(phone),
        row.visitor_class,
        row.short_number,
        row.created_ms,
        row.enterprise_name,
    )
