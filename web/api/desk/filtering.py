"""The desk's filter as a body: who is sought is sealed for the caller's account before anything is asked."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from domain.decision import Outcome
from domain.entry import Way
from domain.errors import InputError
from domain.reason import Reason
from domain.venue import Direction
from domain.visitor import VisitorClass
from web.api.declaring.calling import account, scope
from web.api.declaring.shapes import WHOLE, Given, Id, Line, Loose, Ms
from web.services.desk.filtering import filters, filters_people, saved
from web.services.desk.filtering.filters import Asked, Filter
from web.services.desk.filtering.filters_people import Part
from web.services.desk.filtering.filters_times import Period
from web.services.errors import NotFoundError
from web.services.places.places import DEFAULT_ZONE
from web.views.asking.session import installation

_Tenths = Annotated[int, Field(ge=300, le=450, description="Tenths of a degree Celsius."), WHOLE]


class FilterGiven(Given):
    """Which entries; every part that is left out does not narrow. `until_ms` itself is left out."""

    saved_id: Id = Field(default="", description="A saved filter instead of all the others.")
    area_id: Id = ""
    enterprise_id: Id = ""
    venue_id: Id = ""
    entrance_id: Id = ""
    kiosk_id: Id = ""
    period: Annotated[Period, Loose] = Period.OWN
    from_ms: Ms | None = None
    until_ms: Ms | None = None
    who: Line = Field(default="", description="Exactly: a name, phone, plate, identity or short number.")
    host: Line = ""
    classes: list[Annotated[VisitorClass, Loose]] = Field(default_factory=list, max_length=30)
    outcomes: list[Annotated[Outcome, Loose]] = Field(default_factory=list, max_length=10)
    reasons: list[Annotated[Reason, Loose]] = Field(default_factory=list, max_length=100)
    directions: list[Annotated[Direction, Loose]] = Field(default_factory=list, max_length=10)
    ways: list[Annotated[Way, Loose]] = Field(default_factory=list, max_length=10)
    temperature_least: _Tenths | None = None
    temperature_most: _Tenths | None = None
    text: Line = ""


class FilteredGiven(Given):
    """Something that is about the entries of a filter."""

    filter: FilterGiven = Field(default_factory=FilterGiven)


def asked_of(given: FilterGiven) -> Asked:
    """What a body asks for; InputError for what cannot be read, NotFoundError for places of others."""
    if given.saved_id:
        return _saved(given.saved_id)
    values: dict[str, Any] = given.model_dump(exclude={"who", "host", "saved_id"})
    values |= {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    wanted = Filter(who=_sealed(Part.WHO, given.who), host=_sealed(Part.HOST, given.host), **values)
    asked = filters.from_args(installation(), scope(), filters.to_args(wanted), DEFAULT_ZONE)
    for name, sentence in asked.wrong.items():
        raise InputError(f"filter/{name}", sentence.en, sentence.zh)
    return asked


def _saved(filter_id: str) -> Asked:
    found = next((one for one in saved.listed(installation(), account().id) if one.id == filter_id), None)
    if found is None:
        raise NotFoundError
    return filters.from_query(installation(), scope(), found.query, DEFAULT_ZONE)


def _sealed(part: Part, typed: str) -> str:
    return filters_people.sealed_term(installation(), account().id, part, typed)
