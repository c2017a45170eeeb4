"""What is said of a visit when it is announced: as it was typed, and in the form that is kept."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InputError
from domain.visitor import cleaned
from web.db.connecting.connection import Connection
from web.services.errors import NotFoundError
from web.services.people import visitors
from web.services.people.recognising import Person
from web.services.people.visitors import Registration
from web.services.places.places import DEFAULT_ZONE
from web.services.rules.policies import policy_for
from web.services.visits.announcing_times import Occasion, When, occasions
from web.services.visits.hosts import checked_host
from web.store.places import places
from web.store.scope import PROGRAM, Scope

_PURPOSE_MOST = 200


@dataclass(frozen=True, slots=True)
class Given:
    """A visit as it was typed; no `venue_id` means any venue of the enterprise."""

    name: str
    phone: str
    host: str
    when: When
    visitor_class: str = "visitor"
    purpose: str = ""
    venue_id: str = ""
    plate: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Whom a visit is to and what for, in normal form."""

    host: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit that can be kept, with its occasions in order."""

    person: Person
    said: Said
    occasions: tuple[Occasion, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """The enterprise that is visited, which of its venues ("" for any), and the zone its hours are in."""

    enterprise_id: str
    venue_id: str
    zone: str


def checked(given: Given, zone: str, now_ms: int) -> Wanted:
    """The visit in normal form; InputError names the first bad field."""
    person = visitors.checked(
        Registration("", given.name, given.phone, given.visitor_class, plate=given.plate)
    )
    return Wanted(person, checked_said(given.host, given.purpose), occasions(given.when, zone, now_ms))


def checked_said(host: str, purpose: str) -> Said:
    """Host and purpose in normal form, the purpose may be left out; InputError names the first bad one."""
    return Said(checked_host(host), checked_purpose(purpose))


def checked_purpose(typed: str) -> str:
    """What a visit is for, "" when nothing is said; InputError names `purpose`."""
    return cleaned(typed, "purpose", _PURPOSE_MOST) if typed.strip() else ""


def where(connection: Connection, scope: Scope, enterprise_id: str, venue_id: str) -> Where:
    """Where visitors are expected; NotFoundError outside the scope, InputError where nobody is identified."""
    if places.enterprise_row(connection, scope, enterprise_id) is None:
        raise NotFoundError
    zone = DEFAULT_ZONE
    if venue_id:
        rows = places.venue_rows(connection, scope, 0, enterprise_id=enterprise_id, venue_id=venue_id)
        if not rows:
            raise NotFoundError
        zone = rows[0].time_zone
    _expect_named_visitors(connection, enterprise_id, venue_id)
    return Where(enterprise_id, venue_id, zone)


def _expect_named_visitors(connection: Connection, enterprise_id: str, venue_id: str) -> None:
    """A venue that counts and never identifies can expect nobody by name."""
    doors = places.door_rows(connection, PROGRAM, enterprise_id=enterprise_id, venue_id=venue_id)
    nameless = (policy_for(connection, door).confidential for door in doors)
    # One such door makes the venue so; "any venue" is fine as long as one of them knows its visitors.
    if doors and (any(nameless) if venue_id else all(nameless)):
        raise InputError(
            "venue_id",
            "This venue counts its visitors and keeps no names: nobody can be announced for it.",
            "该场所只计人数、不留姓名，不能登记预约。",
        )
