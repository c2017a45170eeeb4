"""Visitors: registered, found by an exact term, and the codes they carry."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import Field

from domain.access import Right
from domain.errors import InputError
from domain.visitor import VisitorClass
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.paging import Paging, opened, sealed
from web.api.declaring.shapes import Given, Id, Line, Loose, Told, list_of, page_of, told
from web.api.places.posters import as_file
from web.services.people import codes, travels, visitors
from web.services.people.travels import TravelRow
from web.services.people.visitors import Registration, VisitorRow
from web.views.asking.session import installation

people_api = Operations("people", "Visitors")
Visitor = told(VisitorRow, "Visitor")
Travel = told(TravelRow, "Travel")
_FOUND_MOST = 100


class VisitorGiven(Given):
    """Somebody to be registered."""

    enterprise_id: Id
    name: Line
    phone: Line
    visitor_class: Annotated[VisitorClass, Loose] = VisitorClass.VISITOR
    id_number: Line = ""
    plate: Line = ""


class TermGiven(Given):
    """Whom to look for: a whole name or a word of it, a phone, plate, identity number or short number."""

    term: Annotated[str, Field(min_length=1, max_length=200)]


class CardGiven(Given):
    """The form of a card."""

    kind: Literal["pdf", "png", "svg"] = "pdf"
    languages: Literal["zh,en", "zh", "en"] = "zh,en"


class TravelGiven(Given):
    """Where a visitor was, and on which day (2026-11-20)."""

    area: Line
    day: Line


class Registered(Told):
    """A new visitor, with the private link that is shown only now."""

    visitor_id: str
    link: str


class Link(Told):
    """A private link that is shown only now."""

    link: str


@people_api.read("/visitors", Right.SEE_PEOPLE, page_of(Visitor, "VisitorPage"), query=Paging)
def list_visitors(asked: Paging) -> Any:
    """The visitors in scope, masked, the newest first."""
    after = opened(installation(), "visitors", asked.cursor)
    place = (int(after[0]), after[1]) if after else None
    rows = visitors.listed(installation(), scope(), limit=asked.limit + 1, after=place)
    shown = rows[: asked.limit]
    last = [str(shown[-1].created_ms), shown[-1].id] if len(rows) > asked.limit else []
    return {"items": shown, "next": sealed(installation(), "visitors", last)}


@people_api.act("/search/visitors", Right.SEE_PEOPLE, list_of(Visitor, "Visitors"), takes=TermGiven)
def find_visitors(given: TermGiven) -> Any:
    """Visitors whom a term names exactly, masked; it is in the body, so that no address holds a name."""
    if not given.term.strip():
        raise InputError("term", "Give something to look for.", "请填写要查找的内容。")
    return {"items": visitors.listed(installation(), scope(), given.term, _FOUND_MOST)}


@people_api.read("/visitors/<visitor_id>", Right.SEE_PEOPLE, Visitor)
def show_visitor(visitor_id: str) -> Any:
    """One visitor, masked."""
    return visitors.visitor(installation(), scope(), visitor_id)


@people_api.make("/visitors", Right.EDIT_PEOPLE, Registered, takes=VisitorGiven)
def register_visitor(given: VisitorGiven) -> Any:
    """Register a visitor; the private link is for the visitor alone."""
    return visitors.register(installation(), scope(), Registration(**given.model_dump()))


@people_api.act("/visitors/<visitor_id>/link", Right.EDIT_PEOPLE, Link)
def renew_link(visitor_id: str) -> Any:
    """Make a new private link; the old one ends."""
    return {"link": visitors.renew_link(installation(), scope(), visitor_id)}


@people_api.file(
    "POST",
    "/visitors/<visitor_id>/card",
    Right.EDIT_PEOPLE,
    ("application/pdf", "image/png", "image/svg+xml"),
    takes=CardGiven,
)
def make_card(visitor_id: str, given: CardGiven) -> Response:
    """A new visitor card; it takes the place of the one before."""
    languages = tuple(given.languages.split(","))
    made = codes.card(installation(), scope(), visitor_id, kind=given.kind, languages=languages)
    return as_file(made)


@people_api.read("/visitors/<visitor_id>/travels", Right.SEE_PEOPLE, list_of(Travel, "Travels"))
def list_travels(visitor_id: str) -> Any:
    """Where a visitor is known to have been."""
    visitors.visitor(installation(), scope(), visitor_id)
    return {"items": travels.listed(installation(), scope(), visitor_id)}


@people_api.act("/visitors/<visitor_id>/travels", Right.EDIT_PEOPLE, takes=TravelGiven)
def note_travel(visitor_id: str, given: TravelGiven) -> None:
    """Note where a visitor was."""
    travels.note(installation(), scope(), account().id, visitor_id, given.area, given.day)


@people_api.remove("/visitors/<visitor_id>/travels/<travel_id>", Right.EDIT_PEOPLE)
def remove_travel(visitor_id: str, travel_id: str) -> None:
    """Take such a note back."""
    travels.remove(installation(), scope(), visitor_id, travel_id)
