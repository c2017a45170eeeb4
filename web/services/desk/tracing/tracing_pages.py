"""A released trace as people read it and hand it on: its page, its table, its notices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.contact import Contact, Met
from domain.deed import Deed
from domain.errors import InputError
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.desk import deeds
from web.services.desk.tracing import contact_finding, timeline, tracing, tracing_export, tracing_notices
from web.services.desk.tracing.tracing_values import Found
from web.services.installation import Installation
from web.store.desk import contacts
from web.store.scope import Scope

SHOWN_MOST = 300
_IN_PICTURE = 20
CASE = Sentence("Traced person", "追踪对象")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was met, masked; the venue is where it was longest, times are Unix milliseconds."""

    visitor_id: str
    masked_name: str
    short_number: str
    visitor_class: str
    enterprise_name: str
    venue_name: str
    time_zone: str
    at_ms: int
    meetings: int
    together_min: int
    apart_min: int
    is_close: bool
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class Stayed:
    """A stay of the traced person; `ending` is as `Stay` has it, and so is whether it only ended."""

    venue_name: str
    entrance_name: str
    time_zone: str
    in_ms: int
    out_ms: int
    ending: str
    is_entry_assumed: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What the page of a released trace shows; `picture` is SVG text."""

    cases: tuple[Stayed, ...]
    people: tuple[Person, ...]
    second: tuple[Person, ...]
    picture: str
    is_long: bool
    followed: int
    is_cut: bool


def shown(inst: Installation, scope: Scope, trace_id: str, language: str) -> Result:
    """The page of a released trace; NotFoundError outside the scope, InputError while it is not released."""
    _, found = tracing.result(inst, scope, trace_id)
    return inst.look(lambda connection: _result(connection, found, language))


def table(inst: Installation, scope: Scope, account_id: str, trace_id: str) -> Iterator[bytes]:
    """The meetings as CSV in pieces; the log says who took it before the first piece."""
    about, found = tracing.result(inst, scope, trace_id)
    told = {"trace": trace_id, "people": found.people}
    inst.write(
        lambda c: deeds.noted(
            c, inst, account_id, Deed.EXPORT, told, about.purpose, concerns=tracing.concerns(about)
        )
    )
    return tracing_export.csv(inst, found)


def notices(
    inst: Installation,
    scope: Scope,
    account_id: str,
    trace_id: str,
    languages: tuple[str, ...],
    signed: str,
    *,
    to_people: bool,
) -> bytes:
    """Drafts for venues, or for the people who were met, as one PDF; the log says so before.

    InputError when there is nobody to write to, PrintRefused when a text does not fit its sheet.
    """
    about, found = tracing.result(inst, scope, trace_id)
    written = tracing_notices.personal if to_people else tracing_notices.of
    drafts = inst.read(lambda connection: written(connection, found))
    if not drafts:
        raise InputError("to", "There is nobody to write to.", "没有需要发送的对象。")
    told = {"trace": trace_id, "sheets": len(drafts), "to": "people" if to_people else "venues"}
    inst.write(
        lambda c: deeds.noted(
            c, inst, account_id, Deed.NOTICE, told, about.purpose, concerns=tracing.concerns(about)
        )
    )
    return tracing_notices.pdf_of(drafts, languages, signed)


def _result(connection: Connection, found: Found, language: str) -> Result:
    first, second = found.contacts[:SHOWN_MOST], found.second[:SHOWN_MOST]
    where = contact_finding.longest(connection, found)
    later = contact_finding.longest(connection, found, onward=True) if second else {}
    whom = contacts.people(connection, [one.visitor_id for one in (*first, *second)])
    venues = {venue for of_step in (where, later) for venue, _ in of_step.values()}
    places = contacts.places(connection, venues | {stay.venue_id for stay in found.cases})
    doors = contacts.doors(connection, [stay.entrance_id for stay in found.cases])
    stays = tuple(
        Stayed(
            places[stay.venue_id].name, doors.get(stay.entrance_id, ""), places[stay.venue_id].time_zone,
            stay.in_ms, stay.out_ms, stay.ending, stay.beginning != "scanned",
        )
        for stay in found.cases
        if stay.venue_id in places
    )  # fmt: skip
    names = {identity: row.masked_name for identity, row in whom.items()}
    zone = stays[0].time_zone if stays else "UTC"
    case_name = CASE.zh if language == "zh" else CASE.en
    return Result(
        stays,
        _people(first, where, whom, places),
        _people(second, later, whom, places),
        timeline.timeline(found.cases, _pictured(connection, found), names, case_name, zone),
        max(len(found.contacts), len(found.second)) > SHOWN_MOST,
        found.followed,
        found.is_cut,
    )


def _pictured(connection: Connection, found: Found) -> list[Contact]:
    """The meetings of those who are in the picture."""
    some = found.contacts[:_IN_PICTURE]
    read = contact_finding.meetings(connection, found, some)
    return [read[one.visitor_id] for one in some if one.visitor_id in read]


def _people(
    met: Sequence[Met],
    where: Mapping[str, tuple[str, int]],
    whom: Mapping[str, Record],
    places: Mapping[str, Record],
) -> tuple[Person, ...]:
    return tuple(
        _person(one, where[one.visitor_id], whom.get(one.visitor_id), places)
        for one in met
        if one.visitor_id in where and where[one.visitor_id][0] in places
    )


def _person(met: Met, where: tuple[str, int], row: Record | None, places: Mapping[str, Record]) -> Person:
    place = places[where[0]]
    return Person(
        met.visitor_id,
        row.masked_name if row else "",
        row.short_number if row else "",
        row.visitor_class if row else "",
        row.enterprise_name if row else "",
        place.name,
        place.time_zone,
        where[1],
        met.meetings,
        round(met.overlap_ms / 60_000),
        round(met.apart_ms / 60_000),
        met.is_close,
        met.is_assumed,
    )
