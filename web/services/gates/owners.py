"""Whose entries of gates are: by the code that was shown, or by the name and phone that were given there."""

from __future__ import annotations

import contextlib

from domain.entry import Entry
from domain.errors import InputError
from domain.visitor import VisitorClass
from web.db.connecting.connection import Connection
from web.services.installation import Installation
from web.services.people import recognising
from web.services.people import visitors as people
from web.store.people import visitors
from web.store.places import places
from web.store.scope import PROGRAM


def whose(connection: Connection, inst: Installation, new: list[Entry]) -> dict[str, str]:
    """Whose new entries of gates are, by entry id; somebody registered at a gate is kept as a visitor."""
    return {**_owners(connection, new), **_registered(connection, inst, new)}


def _owners(connection: Connection, made: list[Entry]) -> dict[str, str]:
    """Whose code each entry shows, by entry id; the server's own list, whatever the gate knew."""
    ctis = sorted({entry.private.cti for entry in made if entry.private.cti})
    owners = visitors.owners_of(connection, ctis) if ctis else {}
    return {entry.id: owners[entry.private.cti] for entry in made if entry.private.cti in owners}


def _registered(connection: Connection, inst: Installation, made: list[Entry]) -> dict[str, str]:
    """The visitors whom the gate's staff registered on the spot, by entry id; found again when known."""
    named = {
        entry.id: (entry, person)
        for entry in made
        if entry.private.name and not entry.private.cti and (person := _person(entry)) is not None
    }
    recognising.alone(connection, inst.cipher, [person for _, person in named.values()])
    found: dict[str, str] = {}
    for identity, (entry, person) in named.items():
        # Where it was made: the kiosk may stand elsewhere by now.
        door = places.entrance_row(connection, PROGRAM, entry.entrance)
        if door is not None:
            found[identity] = people.known_or_new(connection, inst, door.enterprise_id, person)
    return found


def _person(entry: Entry) -> recognising.Person | None:
    """Who was registered; None for a name or phone that is none: the entry stays, unnamed."""
    given = entry.private
    with contextlib.suppress(InputError):
        return people.checked(
            people.Registration("", given.name, given.phone, VisitorClass.VISITOR, plate=given.plate)
        )
    return None
