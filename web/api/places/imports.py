"""Tables of places: what one would do, exactly that, and back again within the hour."""

from __future__ import annotations

from typing import Any

from domain.access import Right
from web.api.declaring import plans
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.plans import Mend, PlanGiven
from web.api.declaring.shapes import Made, TableGiven, Told, list_of, table_of_form, told
from web.services.places.importing import places_import
from web.services.places.importing.places_import import Done
from web.services.places.importing.places_import import Undone as UndoneRow
from web.services.places.importing.places_import_columns import Column
from web.services.places.importing.places_import_plan import Plan
from web.services.places.importing.places_import_rows import table_of
from web.services.printing import printing_jobs
from web.services.printing.printing_options import Options
from web.views.asking.session import installation

imports_api = Operations("imports", "Tables of places")
PlacesImport = told(Done, "PlacesImport")
ImportUndone = told(UndoneRow, "ImportUndone")
WHAT = "places"


class PlacesRow(Told):
    """What becomes of a row: what it makes and changes, or what to mend in it."""

    number: int
    called: list[str]
    makes: list[str]
    changes: list[str]
    problems: list[Mend]


class PlacesDone(Told):
    """How many things a table makes and changes, and of how many rows nothing comes."""

    enterprises: int
    venues: int
    entrances: int
    liaisons: int
    changed: int
    bad: int
    rows: list[PlacesRow]


class PlacesPlan(PlacesDone):
    """The same, and the plan with which it is done; columns in `ignored` are left out."""

    plan: str
    ignored: list[str]


class PlacesGiven(PlanGiven):
    """The plan, and whether each new entrance gets its poster at once."""

    issue: bool = False


@imports_api.act("/imports/places", Right.EDIT_PLACES, PlacesPlan, form=TableGiven)
def try_places(given: TableGiven) -> Any:
    """What a table (CSV or XLSX) of enterprises, venues and entrances would do; nothing is written."""
    table = table_of_form(table_of, given)
    return planned(table.lines, table.ignored)


@imports_api.act("/imports/places/apply", Right.EDIT_PLACES, PlacesDone, takes=PlacesGiven)
def import_places(given: PlacesGiven) -> Any:
    """Do what a table would; rows to be mended are left out. Done again, it finds everything there."""
    lines = plans.lines_of(Column, plans.brought(WHAT, given))
    return _told(places_import.apply(installation(), scope(), account().id, lines, issue=given.issue))


@imports_api.read("/imports/places", Right.EDIT_PLACES, list_of(PlacesImport, "PlacesImports"))
def list_places_imports() -> Any:
    """The caller's imports of the last hour, which can be taken back, the newest first."""
    return {"items": places_import.done(installation(), account().id)}


@imports_api.act("/imports/places/<import_id>/undo", Right.EDIT_PLACES, ImportUndone)
def undo_places_import(import_id: str) -> Any:
    """Take an import back, but for what was used since; tells what that is."""
    return places_import.undo(installation(), account().id, import_id)


@imports_api.make("/imports/places/<import_id>/print-jobs", Right.PRINT, Made)
def print_places_import(import_id: str) -> Any:
    """Order the posters of all entrances that came with an import of the caller's."""
    doors = places_import.entrances_made(installation(), scope(), account().id, import_id)
    job = printing_jobs.order_posters(installation(), scope(), doors, Options(), "pdf", issue=True)
    return {"id": job}


def planned(lines: Any, ignored: tuple[str, ...]) -> dict[str, Any]:
    """What rows would do, and the plan to do it."""
    plan = places_import.planned(installation(), scope(), lines)
    return _told(plan) | {"plan": plans.carried(WHAT, plans.as_json(lines)), "ignored": ignored}


def _told(plan: Plan) -> dict[str, Any]:
    return {
        **{table: plan.made(table) for table in ("enterprises", "venues", "entrances", "liaisons")},
        "changed": plan.changed,
        "bad": plan.bad,
        "rows": [
            {
                "number": row.number,
                "called": row.called,
                "makes": row.makes,
                "changes": [plans.named(column) for column in row.changes],
                "problems": plans.mends(row.problems),
            }
            for row in plan.rows
        ],
    }
