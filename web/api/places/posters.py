"""Posters: issued, fetched as files, withdrawn, and jobs that print many of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response, send_file
from pydantic import Field

from domain.access import Right
from web.api.declaring.calling import expect, scope
from web.api.declaring.operations import Operations
from web.api.declaring.shapes import Count, Given, Id, Line, Made, Query, list_of, told
from web.services.errors import NotFoundError
from web.services.places.posters import poster_life, posters
from web.services.places.posters.posters import Artefact
from web.services.printing import printing_jobs
from web.services.printing.printing_jobs import Job
from web.services.printing.printing_options import Options
from web.views.asking.session import installation

posters_api = Operations("posters", "Posters and printing")
PrintJob = told(Job, "PrintJob")
FILES = ("application/pdf", "image/png", "image/svg+xml")
Languages = Annotated[Literal["zh,en", "zh", "en"], Field(description="The first one leads.")]


class FileAsked(Query):
    """The form of a poster."""

    kind: Literal["pdf", "png", "svg"] = "pdf"
    size: Literal["A4", "A3", "A5", "Letter"] = "A4"
    languages: Languages = "zh,en"


class PrintGiven(Given):
    """Which doors' posters to print, on what."""

    entrance_ids: list[Id] = Field(min_length=1, max_length=500)
    kind: Literal["poster", "label", "table-tent"] = "poster"
    size: Line = Field(
        default="",
        description="The first size of the kind without: A4 for posters, which come on A3 to A6 and Letter.",
    )
    direction: Literal["", "portrait", "landscape"] = ""
    ink: Literal["colour", "black"] = "colour"
    languages: Languages = "zh,en"
    layout: Line = Field(default="single", description="single, a4, a3, a label sheet, or one in mm.")
    file: Literal["pdf", "zip"] = "pdf"
    issue: bool = Field(default=False, description="Issue a new poster for each door.")


@posters_api.make("/entrances/<entrance_id>/posters", Right.PRINT, Made)
def issue_poster(entrance_id: str) -> Any:
    """Issue a poster for an entrance; a reprint is a new poster."""
    return {"id": posters.issue(installation(), scope(), entrance_id)}


@posters_api.file("GET", "/posters/<poster_id>/file", Right.PRINT, FILES, query=FileAsked)
def poster_file(poster_id: str, asked: FileAsked) -> Response:
    """A poster as a file that passed the checks of a print."""
    languages = tuple(asked.languages.split(","))
    made = posters.artefact(
        installation(), scope(), poster_id, kind=asked.kind, languages=languages, size=asked.size
    )
    return as_file(made)


@posters_api.act("/posters/<poster_id>/printed", Right.PRINT)
def note_printed(poster_id: str) -> None:
    """Note that a poster was printed."""
    poster_life.mark_printed(installation(), scope(), poster_id)


@posters_api.act("/posters/<poster_id>/revoke", Right.EDIT_PLACES)
def revoke_poster(poster_id: str) -> None:
    """Withdraw a poster; whoever scans it is told so."""
    posters.revoke(installation(), scope(), poster_id)


@posters_api.act("/posters/<poster_id>/restore", Right.EDIT_PLACES)
def restore_poster(poster_id: str) -> None:
    """Take a withdrawal back, within the hour."""
    poster_life.restore(installation(), scope(), poster_id)


@posters_api.act("/posters/<poster_id>/withdraw-older", Right.EDIT_PLACES, Count)
def withdraw_older(poster_id: str) -> Any:
    """Withdraw the posters whose place this one has taken; tells how many."""
    return {"count": poster_life.withdraw_replaced(installation(), scope(), poster_id)}


@posters_api.make("/print-jobs", Right.PRINT, Made, takes=PrintGiven)
def order_print(given: PrintGiven) -> Any:
    """Order one file of the posters of many doors; a process of its own draws it."""
    languages = tuple(given.languages.split(","))
    options = Options(given.kind, given.size, given.direction, given.ink, languages, given.layout)
    job = printing_jobs.order_posters(
        installation(), scope(), list(given.entrance_ids), options, given.file, issue=given.issue
    )
    return {"id": job}


@posters_api.read("/print-jobs", Right.PRINT, list_of(PrintJob, "PrintJobs"))
def list_print_jobs() -> Any:
    """The print jobs in scope, the newest first."""
    return {"items": printing_jobs.jobs(installation(), scope())}


@posters_api.read("/print-jobs/<job_id>", Right.PRINT, PrintJob)
def show_print_job(job_id: str) -> Any:
    """One print job and how far it is."""
    return _job(job_id)


@posters_api.file("GET", "/print-jobs/<job_id>/file", Right.PRINT, ("application/pdf", "application/zip"))
def print_job_file(job_id: str) -> Response:
    """The file of a print job that is done; 404 before that."""
    _job(job_id)
    path, job = printing_jobs.result(installation(), scope(), job_id)
    mime = "application/zip" if job.file == "zip" else "application/pdf"
    try:
        return send_file(path.absolute(), mimetype=mime, as_attachment=True, download_name=job.name)
    except FileNotFoundError:
        raise NotFoundError from None


@posters_api.remove("/print-jobs/<job_id>", Right.PRINT)
def remove_print_job(job_id: str) -> None:
    """Remove a print job and its file; the posters stay."""
    _job(job_id)
    printing_jobs.remove(installation(), scope(), job_id)


def _job(job_id: str) -> Job:
    found = printing_jobs.job(installation(), scope(), job_id)
    if found.kind == "card":  # visitors' codes
        expect(Right.EDIT_PEOPLE)
    return found


def as_file(made: Artefact) -> Response:
    """An artefact as a response to keep."""
    response = Response(made.body, mimetype=made.mime)
    response.headers.set("Content-Disposition", "attachment", filename=made.filename)
    response.headers["Cache-Control"] = "no-store"
    return response
