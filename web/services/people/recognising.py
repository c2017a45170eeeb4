"""Whom a text, a name and a phone mean: visitors found again by what is kept of them as digests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.errors import InputError
from domain.venue import parsed_short_number
from domain.visitor import VisitorClass, cleaned, normalised_id_number, normalised_phone, normalised_plate
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import alone_with
from web.services.installation import Installation
from web.store.passing import at_the_door as door_store
from web.store.people import visitors
from web.store.scope import Scope
from web.store.sealing import FieldCipher


@dataclass(frozen=True, slots=True)
class Person:
    """The normalised facts of a registration."""

    name: str
    phone: str
    visitor_class: VisitorClass
    id_number: str
    plate: str


def found_by_text(connection: Connection, cipher: FieldCipher, scope: Scope, text: str) -> list[str]:
    """The ids of visitors whom this text names exactly, whichever of their data it is."""
    typed = " ".join(text.split())[:200]
    terms = [(field, digest) for field in ("name", "word") for digest in cipher.digests(field, typed)]
    for field, normalise in (
        ("phone", normalised_phone),
        ("plate", normalised_plate),
        ("id_number", normalised_id_number),
    ):
        try:
            terms += [(field, digest) for digest in cipher.digests(field, normalise(typed))]
        except InputError:
            continue
    return visitors.matching(connection, scope, terms, parsed_short_number(typed) or "")


def same_person(connection: Connection, cipher: FieldCipher, scope: Scope, person: Person) -> str | None:
    """The visitor in scope who has this phone and this name, if there is one."""
    for phone, name in _digests(cipher, person):
        if (known := visitors.with_all(connection, scope, [("phone", phone), ("name", name)])) is not None:
            return known
    return None


def alone(connection: Connection, cipher: FieldCipher, some: Iterable[Person]) -> None:
    """Wait until nobody else meets these people; held until the transaction ends.

    To be called before the first of them is kept: all in one order, so that no two wait for each other.
    """
    for digest in sorted({_digests(cipher, person)[0][0] for person in some}):
        alone_with(connection, digest)


def at_the_door(
    connection: Connection, inst: Installation, enterprise_id: str, person: Person, entry_id: str,
    *, alone: bool,
) -> Record:  # fmt: skip
    """A row of `store.at_the_door.person`; of two of somebody new at once the second waits for the first.

    When `alone`, of two of anybody: where the rules ask what they did before.
    """
    digests = _digests(inst.cipher, person)
    if alone:
        alone_with(connection, digests[0][0])
    row = _found_at_the_door(connection, enterprise_id, digests, entry_id)
    if row.id is None and not row.is_made and inst.is_shared and not alone:
        alone_with(connection, digests[0][0])
        row = _found_at_the_door(connection, enterprise_id, digests, entry_id)
    return row


def _found_at_the_door(
    connection: Connection, enterprise_id: str, digests: Sequence[tuple[bytes, bytes]], entry_id: str
) -> Record:
    for phone, name in digests:
        row = door_store.person(connection, enterprise_id, name, phone, entry_id)
        if row.id is not None:
            break
    return row


def _digests(cipher: FieldCipher, person: Person) -> list[tuple[bytes, bytes]]:
    """Phone and name as each key has them: a person's are of one key, for they are made anew together."""
    phones, names = cipher.digests("phone", person.phone), cipher.digests("name", person.name)
    return list(zip(phones, names, strict=True))


@dataclass(frozen=True, slots=True)
class Guess:
    """Name and phone in normal form as they were typed, with the digests of name and phone."""

    name: str
    phone: str
    digests: tuple[bytes, bytes]

    def is_of(self, person: Person) -> bool:
        """Whether it is somebody's."""
        return (self.name, self.phone) == (person.name, person.phone)


def guessed(cipher: FieldCipher, name: str, phone: str) -> Guess | None:
    """Who may be meant, before anybody knows what is asked of them; None where it cannot be anybody."""
    try:
        name, phone = cleaned(name, "name"), normalised_phone(phone)
    except InputError:
        return None
    return Guess(name, phone, (cipher.digest("name", name), cipher.digest("phone", phone)))


def terms_of(cipher: FieldCipher, parts: Mapping[str, str]) -> list[visitors.Term]:
    """The digests by which somebody is found: of `name`, `phone`, and `id_number` and `plate` if known."""
    terms = [(field, cipher.digest(field, value)) for field, value in parts.items() if value]
    return terms + [("word", cipher.digest("word", word)) for word in parts["name"].split()]


def all_terms_of(cipher: FieldCipher, person: Person) -> list[visitors.Term]:
    """The digests by which a registered person is found."""
    parts = {"name": person.name, "phone": person.phone, "id_number": person.id_number}
    return terms_of(cipher, {**parts, "plate": person.plate})
