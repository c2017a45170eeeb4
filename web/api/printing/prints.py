"""Prints of one thing: an entrance in every kind, what is written on a form, cards for cars; and checks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import Field

from domain.access import Right
from domain.errors import InputError
from web.api.declaring.calling import scope
from web.api.declaring.days import DayText, day_of
from web.api.declaring.operations import Operations
from web.api.declaring.shapes import FormGiven, Given, Id, Line, Query, Upload, list_of, told
from web.api.places.posters import FILES, Languages, as_file
from web.services.places import places
from web.services.places.posters import poster_life
from web.services.printing import printing, printing_checks, printing_doors, printing_passes
from web.services.printing.printing_checks import FILE_MOST, Asked, CodeReport
from web.services.printing.printing_options import OF_ENTRANCE, Options
from web.views.asking.session import installation

prints_api = Operations("prints", "Prints and checks")
CodeChecked = told(CodeReport, "CodeChecked")
_Kind = Literal[*OF_ENTRANCE]  # type: ignore[valid-type]
_Ink = Literal["colour", "black"]
_Form = Literal["pdf", "png", "svg"]
_Text = Annotated[str, Field(max_length=4000)]


class PrintAsked(Query):
    """What to print for an entrance, and how; `day` and `sheets` are for the paper register."""

    kind: _Kind = "poster"
    form: _Form = "pdf"
    size: Line = ""
    direction: Literal["", "portrait", "landscape"] = ""
    ink: _Ink = "colour"
    languages: Languages = "zh,en"
    layout: Line = Field(default="single", description="single, a4, a3, a label sheet, or one in mm.")
    day: DayText = ""
    sheets: int = Field(default=1, ge=1, le=40)

    def options(self) -> Options:
        """How it is to look."""
        return _options(self.kind, self)


class Look(Given):
    """How something that is written comes out."""

    form: _Form = "pdf"
    size: Line = ""
    ink: _Ink = "colour"
    languages: Languages = "zh,en"
    enterprise_id: Id = Field(default="", description="Whose logo is on it.")


class NoticeSheetGiven(Look):
    """A notice to print and hang up."""

    title: Line
    text: _Text = ""
    signed: Line = ""
    dated: DayText
    url: Line = ""


class RolePerson(Given):
    """Somebody on a contact card."""

    role: Line = ""
    name: Line = ""
    phone: Line = ""


class ContactCardGiven(Look):
    """Who is responsible for a person or household; it goes on the paper and is kept nowhere."""

    household: Line
    address: Line = ""
    hotline: Line = ""
    note: Line = ""
    issuer: Line = ""
    url: Line = ""
    issued_on: DayText
    people: list[RolePerson] = Field(default_factory=list, max_length=6)


class WindscreenGiven(Given):
    """What is seen from outside: a plate or a purpose."""

    subject: Line
    size: Line = ""
    ink: _Ink = "colour"
    languages: Languages = "zh,en"


class CheckGiven(FormGiven):
    """A photograph of a print, or a file that is still to be printed, and what to measure by."""

    file: Upload = Field(description="A photograph, picture or PDF, at most 16 MB.")
    camera: Literal["phone", "kiosk"] = "phone"
    distance_mm: int = Field(default=0, ge=0, le=50_000, description="From the reader; 0: not known.")
    paper: Line = Field(default="", description="The paper of our poster: A3, A4 or A5.")
    what: Literal["photograph", "file"] = "photograph"
    entrance_id: Id = Field(default="", description="Whose own poster is expected.")


class PhotoGiven(FormGiven):
    """A photograph of a poster where it hangs."""

    photo: Upload = Field(description="At most 16 MB; nothing of it is kept.")


@prints_api.file("GET", "/entrances/<entrance_id>/print", Right.PRINT, FILES, query=PrintAsked)
def print_entrance(entrance_id: str, asked: PrintAsked) -> Response:
    """A poster, label or table tent of an entrance's newest code, or its paper register."""
    day = day_of(asked.day) if asked.day else None
    pages = printing.of_entrance(installation(), scope(), entrance_id, asked.options(), day, asked.sheets)
    return as_file(printing.as_file(pages, asked.form, f"{asked.kind}-{entrance_id[:6]}"))


@prints_api.file("POST", "/prints/notice", Right.PRINT, FILES, takes=NoticeSheetGiven)
def print_notice(given: NoticeSheetGiven) -> Response:
    """A notice as a file; it is kept nowhere."""
    return _written("notice", given, {"dated": _iso(given.dated, "dated")})


@prints_api.file("POST", "/prints/contact-card", Right.PRINT, FILES, takes=ContactCardGiven)
def print_contact_card(given: ContactCardGiven) -> Response:
    """A contact card as a file; what it says is kept nowhere."""
    return _written("contact-card", given, {"issued_on": _iso(given.issued_on, "issued_on")})


@prints_api.file(
    "POST",
    "/visitors/<visitor_id>/windscreen",
    Right.EDIT_PEOPLE,
    ("application/pdf",),
    takes=WindscreenGiven,
)
def make_windscreen_card(visitor_id: str, given: WindscreenGiven) -> Response:
    """A card behind a windscreen; it takes the place of the visitor's card."""
    options = _options("windscreen", given)
    return as_file(printing_passes.windscreen(installation(), scope(), visitor_id, given.subject, options))


@prints_api.act(
    "/prints/check", Right.PRINT, list_of(CodeChecked, "CodesChecked"), form=CheckGiven, room=FILE_MOST
)
def check_print(given: CheckGiven) -> Any:
    """What there is to say about every code in a file; nothing of it is kept."""
    if given.entrance_id:
        printing_doors.door(installation(), scope(), given.entrance_id)
    distance = given.distance_mm / 1000 if given.distance_mm else None
    asked = Asked(given.camera, distance, given.paper, given.what == "file")
    data = given.file.read(FILE_MOST)
    return {"items": printing_checks.inspected(installation(), scope(), data, asked, given.entrance_id)}


@prints_api.act("/posters/<poster_id>/posted", Right.PRINT, form=PhotoGiven, room=FILE_MOST)
def note_posted(poster_id: str, given: PhotoGiven) -> None:
    """Note that a poster hangs, if it is the one code in a photograph of it."""
    try:
        poster_life.mark_posted(installation(), scope(), poster_id, given.photo.read(FILE_MOST))
    except InputError as error:
        raise InputError("photo", error.sentence.en, error.sentence.zh) from None


def _options(kind: str, look: PrintAsked | Look | WindscreenGiven) -> Options:
    direction, layout = getattr(look, "direction", ""), getattr(look, "layout", "single")
    return Options(kind, look.size, direction, look.ink, tuple(look.languages.split(",")), layout)


def _written(kind: str, given: Look, dates: dict[str, str]) -> Response:
    if given.enterprise_id:
        places.enterprise(installation(), scope(), given.enterprise_id)
    said = given.model_dump(exclude={*Look.model_fields}) | dates
    pages = printing.from_form(installation(), scope(), said, _options(kind, given), given.enterprise_id)
    return as_file(printing.as_file(pages, given.form, kind))


def _iso(text: str, field: str) -> str:
    return day_of(text, field).isoformat()
