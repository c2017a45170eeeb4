"""Prints of what a table names: a report row by row, one press to print it, one to import what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.places.importing import places_import
from web.services.printing import printing_jobs
from web.services.printing.printing_doors import POSTERS_MOST
from web.services.printing.printing_options import WITH_CODE, Options
from web.services.printing.tables import printing_matching, printing_missing
from web.services.printing.tables.printing_matching import Match
from web.services.printing.tables.printing_table import Column, table_of
from web.views.asking.extensions import limiter
from web.views.asking.session import installation, scope
from web.views.every_page.language import said
from web.views.every_page.table_uploads import uploaded
from web.views.places import places_import as import_pages
from web.views.printing.printing_forms import CHOICES, options_from

printing_tables_pages = Blueprint("printing_tables", __name__, url_prefix="/prints")
_Page = Response | str | tuple[str, int]

# A report that is longer tells its troubles first; the file of the job names them all the same.
_ROWS_SHOWN = 1_000


@printing_tables_pages.route("/table", methods=["GET", "POST"])
@limiter.limit("30 per minute", methods=["POST"])
def upload() -> _Page:
    """Take a table and how it is to be printed; show what would become of each row."""
    if request.method == "GET":
        return _asked("", "")
    try:
        options = options_from(request.form.to_dict(), WITH_CODE)
        printing_jobs.expect_printable(options, request.form.get("file", "pdf"))
    except InputError as error:
        return _asked(said(error.sentence), ""), 422
    try:
        lines = table_of(uploaded()).lines
        matches = printing_matching.matched(installation(), scope(), lines)
        printing_matching.expect_printable(matches)
    except InputError as error:
        return _asked("", said(error.sentence)), 422
    job_id = printing_jobs.propose(installation(), scope(), matches, options, request.form.get("file", "pdf"))
    return redirect(url_for("printing_tables.report", job_id=job_id), 303)


@printing_tables_pages.get("/table/<job_id>")
def report(job_id: str) -> _Page:
    """What would become of each row; the address stays good for a day."""
    return _report(job_id, printing_jobs.proposed(installation(), scope(), job_id), "")


@printing_tables_pages.post("/table/<job_id>/print")
def confirm(job_id: str) -> _Page:
    """Print what the report showed."""
    try:
        printing_jobs.confirm(installation(), scope(), job_id)
    except InputError as error:
        rows = printing_jobs.proposed(installation(), scope(), job_id)
        return _report(job_id, rows, said(error.sentence)), 422
    return redirect(url_for("printing_jobs.job", job_id=job_id), 303)


@printing_tables_pages.post("/table/<job_id>/import")
def import_missing(job_id: str) -> _Page:
    """Show what importing the places that the table names and that are not there would do."""
    rows = printing_jobs.proposed(installation(), scope(), job_id)
    try:
        return import_pages.report(printing_missing.lines(installation(), scope(), rows), ())
    except InputError as error:
        return _report(job_id, rows, said(error.sentence)), 422


@printing_tables_pages.post("/imported/<import_id>")
def imported(import_id: str) -> _Page:
    """Print the codes of all entrances that came with an import of this account."""
    inst, here = installation(), scope()
    entrances = places_import.entrances_made(inst, here, current_user.get_id(), import_id)
    try:
        job_id = printing_jobs.order_posters(inst, here, entrances, Options(), "pdf", issue=True)
    except InputError as error:
        flash(said(error.sentence))
        return redirect(url_for("places_import.upload"), 303)
    return redirect(url_for("printing_jobs.job", job_id=job_id), 303)


def _asked(wrong: str, wrong_table: str) -> str:
    return render_template(
        "printing/table.html",
        wrong=wrong,
        wrong_table=wrong_table,
        values=request.form.to_dict() or request.args.to_dict(),
        rows_most=POSTERS_MOST,
        columns=list(Column),
        **CHOICES,
    )


def _report(job_id: str, matches: Sequence[Match], wrong: str) -> str:
    doors = [door for match in matches for door in match.doors]
    first_bad = sorted(matches, key=lambda match: match.why is None)
    return render_template(
        "printing/table_report.html",
        job_id=job_id,
        wrong=wrong,
        rows=matches if len(matches) <= _ROWS_SHOWN else first_bad[:_ROWS_SHOWN],
        more=max(0, len(matches) - _ROWS_SHOWN),
        doors=len(doors),
        new=sum(not door.has_code for door in doors),
        bad=sum(match.why is not None for match in matches),
        missing=sum(bool(match.missing) for match in matches),
    )
