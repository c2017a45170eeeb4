"""Tables of credentials and of expected visitors: what one would do, exactly that, and back again."""

from __future__ import annotations

from typing import Any

from domain.access import Right
from web.api.declaring import plans
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.plans import Mend, PlanGiven
from web.api.declaring.shapes import TableGiven, Told, list_of, table_of_form, told
from web.services.people import credential_import
from web.services.people.credential_import import Applied, Step
from web.services.people.credential_import import Fate as CredentialFate
from web.services.people.credential_values import Dated
from web.services.places import places
from web.services.visits import announcing_ends, visit_import
from web.services.visits.announcing_ends import Batch
from web.services.visits.announcing_ends import Undone as UndoneVisits
from web.services.visits.announcing_times import Occasion
from web.services.visits.visit_import import Fate as VisitFate
from web.services.visits.visit_import import Report
from web.services.visits.visit_import_columns import Column
from web.services.visits.visit_import_rows import Line, table_of
from web.views.asking.session import installation

people_imports_api = Operations("people_imports", "Tables of people")
CredentialsImported = told(Applied, "CredentialsImported")
VisitBatch = told(Batch, "VisitBatch")
VisitsUndone = told(UndoneVisits, "VisitsUndone")
_CREDENTIALS = "credentials"


class CredentialRow(Told):
    """What becomes of a row; `who` is masked."""

    number: int
    who: str
    fate: CredentialFate
    dated: Dated | None
    problems: list[Mend]


class CredentialsPlan(Told):
    """What a table of credentials would do, and the plan to do it."""

    plan: str
    ignored: list[str]
    rows: list[CredentialRow]


class VisitRow(Told):
    """What becomes of a row; `who` is masked, `visits` are those that are new, `first` the first of them."""

    number: int
    who: str
    fate: VisitFate
    visits: int
    first: Occasion | None
    is_new_person: bool
    problems: list[Mend]


class VisitsDone(Told):
    """How many visits a table announces, how many people it registers, and what becomes of its rows."""

    visits: int
    new_people: int
    refused: int
    rows: list[VisitRow]


class VisitsPlan(VisitsDone):
    """The same, and the plan with which it is done; columns in `ignored` are left out."""

    plan: str
    ignored: list[str]


@people_imports_api.act("/imports/credentials", Right.EDIT_PEOPLE, CredentialsPlan, form=TableGiven)
def try_credentials(given: TableGiven) -> Any:
    """What a table (CSV or XLSX) of credentials would do; nothing is written."""
    found = table_of_form(lambda data: credential_import.report(installation(), scope(), data), given)
    steps = [[one.visitor_id, one.dated.kind, one.dated.since_ms, one.dated.until_ms] for one in found.steps]
    rows = [
        {
            "number": line.number,
            "who": line.who,
            "fate": line.fate,
            "dated": line.dated,
            "problems": [{"column": plans.named(line.problem.column), "sentence": line.problem.sentence}]
            if line.problem
            else [],
        }
        for line in found.lines
    ]
    return {"plan": plans.carried(_CREDENTIALS, steps), "ignored": found.ignored, "rows": rows}


@people_imports_api.act("/imports/credentials/apply", Right.EDIT_PEOPLE, CredentialsImported, takes=PlanGiven)
def import_credentials(given: PlanGiven) -> Any:
    """Keep what a table would; done again, it goes on where it was."""
    steps = [
        Step(visitor_id, Dated(kind, since_ms, until_ms))
        for visitor_id, kind, since_ms, until_ms in plans.brought(_CREDENTIALS, given)
    ]
    return credential_import.apply(installation(), scope(), account().id, steps)


@people_imports_api.act(
    "/enterprises/<enterprise_id>/imports/visits", Right.EDIT_PEOPLE, VisitsPlan, form=TableGiven
)
def try_visits(enterprise_id: str, given: TableGiven) -> Any:
    """What a table (CSV or XLSX) of expected visitors would do; nothing is written."""
    places.enterprise(installation(), scope(), enterprise_id)
    table = table_of_form(table_of, given)
    report = visit_import.planned(installation(), scope(), enterprise_id, table.lines)
    plan = plans.carried(_visits(enterprise_id), plans.as_json(table.lines))
    return _told(report) | {"plan": plan, "ignored": table.ignored}


@people_imports_api.act(
    "/enterprises/<enterprise_id>/imports/visits/apply", Right.EDIT_PEOPLE, VisitsDone, takes=PlanGiven
)
def import_visits(enterprise_id: str, given: PlanGiven) -> Any:
    """Announce what a table would; rows to be mended are left out. Done again, it finds everything there."""
    places.enterprise(installation(), scope(), enterprise_id)
    value = plans.brought(_visits(enterprise_id), given)
    lines = [Line(number, {Column[name]: cell for name, cell in cells.items()}) for number, cells in value]
    return _told(visit_import.apply(installation(), scope(), account().id, enterprise_id, lines))


@people_imports_api.read(
    "/enterprises/<enterprise_id>/visit-batches", Right.SEE_PEOPLE, list_of(VisitBatch, "VisitBatches")
)
def list_visit_batches(enterprise_id: str) -> Any:
    """What the caller announced at once in the last hour and can take back, the newest first."""
    places.enterprise(installation(), scope(), enterprise_id)
    return {"items": announcing_ends.batches(installation(), scope(), account().id, enterprise_id)}


@people_imports_api.act("/visit-batches/<batch_id>/undo", Right.EDIT_PEOPLE, VisitsUndone)
def undo_visit_batch(batch_id: str) -> Any:
    """Take back what was announced at once, but for visits that somebody came for."""
    return announcing_ends.undo(installation(), scope(), account().id, batch_id)


def _visits(enterprise_id: str) -> str:
    # A plan for one enterprise is none for another.
    return f"visits {enterprise_id.encode().hex()}"


def _told(report: Report) -> dict[str, Any]:
    return {
        "visits": report.visits,
        "new_people": report.new_people,
        "refused": report.refused,
        "rows": [
            {
                "number": row.number,
                "who": row.who,
                "fate": row.fate,
                "visits": row.visits,
                "first": row.first,
                "is_new_person": row.is_new_person,
                "problems": plans.mends(row.problems),
            }
            for row in report.rows
        ],
    }
