"""The town of the query bench: 256 venues of 146 firms in 8 communities, and the people who go there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import Final

import click

from domain.venue import short_number
from domain.visitor import VisitorClass, masked_name, normalised_phone
from web.db.connecting.connection import Connection
from web.services.installation import Installation
from web.services.people.visitors import place
from web.services.places import places
from web.services.signing_keys import keys
from web.store.gates import kiosks
from web.store.people import visitors
from web.store.places import places as place_store
from web.store.scope import PROGRAM, Scope

AREAS: Final = 8
FIRMS: Final = 146
VENUES: Final = 256
ZONE: Final = "Asia/Shanghai"
_AT_ONCE: Final = 2_000
_CLASSES: Final = (*(VisitorClass.EMPLOYEE,) * 6, *(VisitorClass.VISITOR,) * 3, VisitorClass.COURIER)
_SCATTER: Final = 999_983
_SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"


@dataclass(frozen=True, slots=True)
class Venue:
    """A venue with the devices at its two entrances."""

    id: str
    firm: str
    entrances: tuple[str, str]
    devices: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Town:
    """Everything that entries are made of."""

    root: Scope
    venues: tuple[Venue, ...]
    people: int

    def home_of(self, number: int) -> Venue:
        """Where somebody goes every day."""
        return self.venues[number % len(self.venues)]


def founded(inst: Installation, people: int) -> Town:
    """Make the places, and visitors whose names and phones can be looked for."""
    keys.ensure(inst)
    root = Scope(area_path=places.root(inst, PROGRAM))
    parts = [
        inst.write(partial(_area, name=f"社区 Community {n}", root=root.area_path)) for n in range(AREAS)
    ]
    firms = [
        places.create_enterprise(inst, Scope(area_path=parts[n % AREAS]), f"企业 Firm {n}")
        for n in range(FIRMS)
    ]
    venues = tuple(_named(n, firms[n % FIRMS]) for n in range(VENUES))
    inst.write(partial(_venues_added, venues=venues, now_ms=inst.now_ms()))
    for first in range(0, people, _AT_ONCE):
        numbers = range(first, min(people, first + _AT_ONCE))
        inst.write(partial(_people, inst=inst, venues=venues, numbers=numbers))
    return Town(root, venues, people)


def found_again(inst: Installation, people: int) -> Town:
    """The town of a database that was kept; its firms are not asked for again."""
    root = Scope(area_path=places.root(inst, PROGRAM))
    return Town(root, tuple(_named(number, "") for number in range(VENUES)), people)


def without_gate(inst: Installation, town: Town, count: int, first: int = 0) -> list[int]:
    """The numbers from `first` on of venues where no gate ever stood; ClickException if fewer than `count`.

    Each run brings its own gates, and a town that is kept has those of the runs before. What two gates of a
    venue send is compared; one alone is what is measured.
    """

    def work(connection: Connection) -> list[int]:
        venues = enumerate(town.venues[first:], first)
        return [number for number, venue in venues if not kiosks.rows(connection, PROGRAM, venue.id)]

    found = inst.read(work)
    if len(found) < count:
        raise click.ClickException("Gates of earlier runs stand at nearly all venues: build the town anew.")
    return found


def visitor_id(number: int) -> str:
    """The id of a visitor, as long and as scattered as real ones."""
    return hashlib.sha256(b"person %d" % number).hexdigest()[:16]


def phone_of(number: int) -> str:
    """The phone of a visitor, as they would type it."""
    return f"139{number:08d}"


def spelled(number: int) -> str:
    """The same phone as somebody else would type it."""
    phone = phone_of(number)
    return f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}"


def name_of(number: int) -> str:
    """The name of a visitor."""
    return f"{_SURNAMES[number % len(_SURNAMES)]}{number}"


def _area(connection: Connection, name: str, root: str) -> str:
    return place_store.area_added(connection, hashlib.sha256(name.encode()).hexdigest()[:16], name, root)


def _named(number: int, firm: str) -> Venue:
    identity = hashlib.sha256(b"venue %d" % number).hexdigest()[:16]
    doors = (f"{identity}-n", f"{identity}-s")
    return Venue(identity, firm, doors, (f"kiosk-{number}-n", f"kiosk-{number}-s"))


def _venues_added(connection: Connection, venues: tuple[Venue, ...], now_ms: int) -> None:
    for number, venue in enumerate(venues):
        place_store.venue_added(
            connection, id=venue.id, enterprise_id=venue.firm, name=f"场所 Venue {number}",
            address=f"{number} Road", kind="office", state="open", time_zone=ZONE, created_ms=now_ms,
        )  # fmt: skip
        for door, name in zip(venue.entrances, ("北门 North", "南门 South"), strict=True):
            place_store.entrance_added(connection, id=door, venue_id=venue.id, name=name, created_ms=now_ms)


def _people(connection: Connection, inst: Installation, venues: tuple[Venue, ...], numbers: range) -> None:
    for number in numbers:
        identity, name, phone = visitor_id(number), name_of(number), normalised_phone(phone_of(number))
        terms = [("name", inst.cipher.digest("name", name)), ("phone", inst.cipher.digest("phone", phone))]
        visitors.added(
            connection,
            terms,
            id=identity,
            enterprise_id=venues[number % len(venues)].firm,
            # Different for every number: of 90,000 that chance chose two would be the same.
            short_number=short_number((number * _SCATTER).to_bytes(8, "big")),
            visitor_class=class_of(number),
            name_sealed=inst.cipher.sealed(name.encode(), place("name", identity)),
            phone_sealed=inst.cipher.sealed(phone.encode(), place("phone", identity)),
            masked_name=masked_name(name),
            source="staff",
            link_hash=hashlib.sha256(b"link" + identity.encode()).digest(),
            created_ms=inst.now_ms(),
        )


def class_of(number: int) -> VisitorClass:
    """Whether somebody works there, visits or brings something."""
    return _CLASSES[number % len(_CLASSES)]
