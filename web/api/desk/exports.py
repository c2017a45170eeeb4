"""Files of entries: ordered, agreed to by a second person when they name people, fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from flask import Response, send_file
from pydantic import Field

from domain.access import Right
from web.api.declaring.calling import account, expect, scope
from web.api.declaring.operations import Operations
from web.api.declaring.purposes import Note, named
from web.api.declaring.shapes import Given, Line, Loose, Made, Told, list_of, told
from web.api.desk.filtering import FilteredGiven, asked_of
from web.services.desk.exporting import exporting, exporting_jobs, exporting_plans
from web.services.desk.exporting.exporting_forms import Form
from web.services.desk.exporting.exporting_jobs import Job
from web.services.desk.exporting.exporting_plans import Every
from web.services.desk.exporting.exporting_plans import Plan as PlanRow
from web.services.errors import NotFoundError
from web.services.logs.purposes import Act
from web.views.asking.session import installation

exports_api = Operations("exports", "Exports")
# Whom a filter is about is sealed for the account; it says nothing to a program.
Export = told(Job, "Export", "query")
Plan = told(PlanRow, "Plan", "query")
_Purpose = named(Act.EXPORT)
_MIMES = {
    Form.CSV: "text/csv",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.JSONL: "application/jsonl",
}


class OrderGiven(FilteredGiven):
    """A file of the entries of a filter; names in clear need a purpose and a second person."""

    form: Annotated[Form, Loose]
    unmasked: bool = False
    purpose: _Purpose | Literal[""] = ""  # type: ignore[valid-type]
    note: Note = ""


class PlanGiven(FilteredGiven):
    """A masked file of whole periods, again and again, at a time of day (08:00)."""

    name: Line
    form: Annotated[Form, Loose]
    every: Annotated[Every, Loose]
    at: Annotated[str, Field(max_length=10)]


class AnswerGiven(Given):
    """Whether somebody else's file is to be made."""

    yes: bool


class Exports(Told):
    """One's own orders, and those of others that wait for a second person."""

    own: list[Export]  # type: ignore[valid-type]
    waiting: list[Export]  # type: ignore[valid-type]


@exports_api.make("/exports", Right.EXPORT, Made, takes=OrderGiven)
def order_export(given: OrderGiven) -> Any:
    """Order a file; the log says so before it is made."""
    if given.unmasked:
        expect(Right.UNMASK)
    identity = exporting.order(
        installation(),
        scope(),
        asked_of(given.filter).wanted,
        account_id=account().id,
        form=given.form,
        unmasked=given.unmasked,
        purpose=given.purpose,
        note=given.note,
    )
    return {"id": identity}


@exports_api.read("/exports", Right.EXPORT, Exports)
def list_exports() -> Any:
    """The caller's orders, and those of others to agree to."""
    own, waiting = exporting_jobs.jobs(installation(), scope(), account_id=account().id)
    return {"own": own, "waiting": waiting}


@exports_api.read("/exports/<export_id>", Right.EXPORT, Export)
def show_export(export_id: str) -> Any:
    """One order and how far it is."""
    return exporting_jobs.job(installation(), scope(), export_id, account_id=account().id)


@exports_api.file("GET", "/exports/<export_id>/file", Right.EXPORT, tuple(_MIMES.values()))
def export_file(export_id: str) -> Response:
    """The file of an order of one's own; 404 before it is ready."""
    path, _, job = exporting_jobs.result(installation(), export_id, account_id=account().id)
    return _sent(path, _MIMES[Form(job.form)], job.name)


@exports_api.file("GET", "/exports/<export_id>/manifest", Right.EXPORT, ("application/json",))
def export_manifest(export_id: str) -> Response:
    """What is in the file: its filter in words, its SHA-256 and its leaf in the log."""
    _, path, job = exporting_jobs.result(installation(), export_id, account_id=account().id)
    return _sent(path, "application/json", f"{job.name}.manifest.json")


@exports_api.act("/exports/<export_id>/answer", Right.EXPORT, takes=AnswerGiven)
def answer_export(export_id: str, given: AnswerGiven) -> None:
    """Agree to somebody else's file that names people, or not."""
    expect(Right.UNMASK)
    exporting.agree(installation(), scope(), export_id, account_id=account().id, yes=given.yes)


@exports_api.remove("/exports/<export_id>", Right.EXPORT)
def withdraw_export(export_id: str) -> None:
    """Stop making a file, or delete it."""
    exporting.withdraw(installation(), export_id, account_id=account().id)


@exports_api.read("/export-plans", Right.EXPORT, list_of(Plan, "Plans"))
def list_plans() -> Any:
    """The caller's plans."""
    return {"items": exporting_plans.listed(installation(), account_id=account().id)}


@exports_api.make("/export-plans", Right.EXPORT, Made, takes=PlanGiven)
def create_plan(given: PlanGiven) -> Any:
    """Plan files of whole periods; they lie in the folder of exports of the site."""
    asked = asked_of(given.filter)
    identity = exporting_plans.create(
        installation(),
        scope(),
        asked.wanted,
        asked.zone,
        account_id=account().id,
        name=given.name,
        form=given.form,
        every=given.every,
        at=given.at,
    )
    return {"id": identity}


@exports_api.remove("/export-plans/<plan_id>", Right.EXPORT)
def stop_plan(plan_id: str) -> None:
    """Stop a plan; files that it made stay."""
    exporting_plans.stop(installation(), plan_id, account_id=account().id)


def _sent(path: Path, mime: str, name: str) -> Response:
    try:
        return send_file(path.absolute(), mimetype=mime, as_attachment=True, download_name=name)
    except FileNotFoundError:  # withdrawn a moment ago
        raise NotFoundError from None
