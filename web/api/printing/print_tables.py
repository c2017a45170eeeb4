"""Prints of what a table names: a report row by row, then confirmed; and cards of many visitors."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from domain.access import Right
from domain.wording import Sentence
from web.api.declaring.calling import scope
from web.api.declaring.operations import Operations
from web.api.declaring.paging import Paging, paged
from web.api.declaring.shapes import (
    Given,
    Id,
    Line,
    Made,
    TableGiven,
    Told,
    page_of,
    table_of_form,
    told,
)
from web.api.places.imports import PlacesPlan, planned
from web.api.places.posters import Languages
from web.services.printing import printing_doors, printing_jobs
from web.services.printing.printing_doors import POSTERS_MOST, DoorRow, Wanted
from web.services.printing.printing_options import Options
from web.services.printing.tables import printing_matching, printing_missing
from web.services.printing.tables.printing_matching import Door
from web.services.printing.tables.printing_table import table_of
from web.views.asking.session import installation

print_tables_api = Operations("print_tables", "Tables of prints")
PrintDoor = told(DoorRow, "PrintDoor")


class DoorsAsked(Paging):
    """Which entrances."""

    enterprise_id: Id = ""
    venue_id: Id = ""


class PrintTableGiven(TableGiven):
    """A table of what to print, and how."""

    kind: Literal["poster", "label", "table-tent"] = "poster"
    file: Literal["pdf", "zip"] = "pdf"
    size: Line = ""
    ink: Literal["colour", "black"] = "colour"
    languages: Languages = "zh,en"
    layout: Line = "single"


class CardsGiven(Given):
    """Whose cards to print; the cards they have end when the job is done."""

    visitor_ids: list[Id] = Field(min_length=1, max_length=500)
    ink: Literal["colour", "black"] = "colour"
    languages: Languages = "zh,en"


class PrintRow(Told):
    """What becomes of a row: the entrances it means, or why it is left out."""

    number: int
    called: str
    doors: list[Door]
    why: Sentence | None
    is_missing: bool


class Proposal(Told):
    """Every row of a table, in its order."""

    rows: list[PrintRow]


@print_tables_api.read("/entrances", Right.PRINT, page_of(PrintDoor, "PrintDoorPage"), query=DoorsAsked)
def list_entrances(asked: DoorsAsked) -> Any:
    """The entrances in scope with the numbers of their codes, by enterprise, venue and name."""
    wanted = Wanted("", asked.enterprise_id, asked.venue_id)
    rows, _ = printing_doors.listed(installation(), scope(), wanted, POSTERS_MOST)
    return paged(installation(), "entrances", rows, lambda row: (row.venue_name, row.name, row.id), asked)


@print_tables_api.make("/print-jobs/tables", Right.PRINT, Made, form=PrintTableGiven)
def propose_print(given: PrintTableGiven) -> Any:
    """Match a table (CSV or XLSX) to the entrances it names; nothing is printed before it is confirmed."""
    options = Options(given.kind, given.size, "", given.ink, tuple(given.languages.split(",")), given.layout)
    printing_jobs.expect_printable(options, given.file)
    lines = table_of_form(table_of, given).lines
    matches = printing_matching.matched(installation(), scope(), lines)
    printing_matching.expect_printable(matches)
    return {"id": printing_jobs.propose(installation(), scope(), matches, options, given.file)}


@print_tables_api.read("/print-jobs/<job_id>/proposal", Right.PRINT, Proposal)
def show_proposal(job_id: str) -> Any:
    """What would become of each row; 404 once it is confirmed."""
    rows = printing_jobs.proposed(installation(), scope(), job_id)
    return {
        "rows": [
            {
                "number": row.number,
                "called": row.called,
                "doors": row.doors,
                "why": row.why,
                "is_missing": bool(row.missing),
            }
            for row in rows
        ]
    }


@print_tables_api.act("/print-jobs/<job_id>/confirm", Right.PRINT)
def confirm_print(job_id: str) -> None:
    """Print what the rows mean; asked again, nothing more happens."""
    printing_jobs.confirm(installation(), scope(), job_id)


@print_tables_api.act("/print-jobs/<job_id>/missing", Right.EDIT_PLACES, PlacesPlan)
def plan_missing_places(job_id: str) -> Any:
    """What importing the places that rows name and that are not there would do; nothing is written."""
    rows = printing_jobs.proposed(installation(), scope(), job_id)
    return planned(printing_missing.lines(installation(), scope(), rows), ())


@print_tables_api.make("/print-jobs/cards", Right.EDIT_PEOPLE, Made, takes=CardsGiven)
def order_cards(given: CardsGiven) -> Any:
    """Order one file of visitor cards, ten to a sheet."""
    options = Options("card", "", "", given.ink, tuple(given.languages.split(",")))
    return {"id": printing_jobs.order_cards(installation(), scope(), list(given.visitor_ids), options)}
