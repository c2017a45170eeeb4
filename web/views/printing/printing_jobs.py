"""Prints of many things: chosen from a list, made in the background, watched and fetched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.access import Right
from domain.errors import InputError
from web.services.access import rights
from web.services.people import visitors
from web.services.places import places
from web.services.places.posters import poster_life
from web.services.printing import printing_doors, printing_jobs, printing_passes
from web.services.printing.printing_doors import Wanted
from web.services.printing.printing_folder import Stage
from web.services.printing.printing_jobs import Job
from web.services.printing.printing_options import WITH_CODE, kind_of, sizes_of
from web.views.asking.session import SignedIn, installation, scope
from web.views.every_page.language import said
from web.views.places.posters import LANGUAGES, handed_out
from web.views.printing.printing_forms import CHOICES, INKS, options_from

printing_jobs_pages = Blueprint("printing_jobs", __name__)
_Page = Response | str | tuple[str, int]

_LISTED = 200
_CARDS_LISTED = 100


@printing_jobs_pages.get("/prints/codes")
def codes() -> _Page:
    """Entrances to tick, and how their codes are to be printed."""
    return _codes_page("", request.args.to_dict())


@printing_jobs_pages.post("/prints/codes")
def order_codes() -> _Page:
    """Start the job; when some entrances have no code yet, ask first."""
    values = request.form.to_dict()
    inst, here = installation(), scope()
    ticked = None if values.get("which") == "all" else request.form.getlist("entrance")
    try:
        options = options_from(values, WITH_CODE)
        chosen = printing_doors.chosen(inst, here, _wanted(values), ticked)
        missing = len(chosen.all) - len({*chosen.coded, *chosen.in_review})
        answer = values.get("issue", "")
        if missing and answer not in ("now", "skip"):
            return render_template(
                "printing/missing.html", missing=missing, chosen=chosen, fields=_repeated(), values=values
            )
        to_print = list(chosen.coded if answer == "skip" else chosen.all)
        job_id = printing_jobs.order_posters(
            inst, here, to_print, options, values.get("file", "pdf"), issue=answer == "now"
        )
    except InputError as error:
        return _codes_page(said(error.sentence), values), 422
    return redirect(url_for("printing_jobs.job", job_id=job_id), 303)


@printing_jobs_pages.route("/prints/cards", methods=["GET", "POST"])
def cards() -> _Page:
    """Visitors to tick; their cards come ten to a sheet, front and back."""
    text, wrong = request.values.get("q", "")[:200], ""
    if request.method == "POST":
        values = {**request.form.to_dict(), "kind": "card"}
        try:
            options = options_from(values, ("card",))
            job_id = printing_jobs.order_cards(
                installation(), scope(), request.form.getlist("visitor"), options
            )
        except InputError as error:
            wrong = said(error.sentence)
        else:
            return redirect(url_for("printing_jobs.job", job_id=job_id), 303)
    page = render_template(
        "printing/cards.html",
        rows=visitors.listed(installation(), scope(), text, _CARDS_LISTED),
        text=text,
        most=_CARDS_LISTED,
        ticked=set(request.form.getlist("visitor")),
        values=request.form.to_dict(),
        wrong=wrong,
        inks=INKS,
        language_choices=LANGUAGES,
    )
    return (page, 422) if wrong else page


@printing_jobs_pages.route("/visitors/<visitor_id>/windscreen", methods=["GET", "POST"])
def windscreen(visitor_id: str) -> _Page:
    """A visitor's card for a windscreen, as a file: what is printed replaces the card there was."""
    inst, here = installation(), scope()
    person, wrong = visitors.visitor(inst, here, visitor_id), ""
    values = {**request.form.to_dict(), "kind": "windscreen"}
    if request.method == "POST":
        try:
            options = options_from(values, ("windscreen",))
            made = printing_passes.windscreen(inst, here, visitor_id, values.get("subject", ""), options)
        except InputError as error:
            wrong = said(error.sentence)
        else:
            response = handed_out(made, download=True)
            response.headers["Cache-Control"] = "no-store"
            return response
    page = render_template(
        "printing/windscreen.html",
        visitor=person,
        kind=kind_of("windscreen"),
        subject=values.get("subject", ""),
        wrong=wrong,
        values=values,
        sizes=[(size, size) for size in sizes_of("windscreen")],
        ink_pairs=[(value, said(name)) for value, name in INKS.items()],
        language_pairs=[(value, said(name)) for value, name in LANGUAGES.items()],
    )
    return (page, 422) if wrong else page


@printing_jobs_pages.get("/prints/jobs/<job_id>")
def job(job_id: str) -> _Page:
    """How far a job is; when it is done, its file."""
    shown = _job(job_id)
    if shown.progress.stage is Stage.PROPOSED:
        return redirect(url_for("printing_tables.report", job_id=job_id))
    return render_template("printing/job.html", job=shown, is_over=_is_over(shown))


@printing_jobs_pages.get("/prints/jobs/<job_id>/state")
def job_state(job_id: str) -> _Page:
    """How far a job is, for the page's script."""
    shown = _job(job_id)
    progress = shown.progress
    response = Response(mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.data = json.dumps(
        {"done": progress.done, "total": progress.total, "stage": progress.stage, "over": _is_over(shown)}
    )
    return response


@printing_jobs_pages.get("/prints/jobs/<job_id>/file")
def job_file(job_id: str) -> _Page:
    """The finished file; who takes it prints what is on it."""
    _job(job_id)
    path, shown = printing_jobs.result(installation(), scope(), job_id)
    if request.method == "GET":
        taken = printing_jobs.posters_on(installation(), scope(), job_id)
        poster_life.mark_all_printed(installation(), scope(), taken)
    mime = "application/zip" if shown.file == "zip" else "application/pdf"
    response = send_file(path.absolute(), mimetype=mime, as_attachment=True, download_name=shown.name)
    response.headers["Cache-Control"] = "no-store"
    return response


@printing_jobs_pages.post("/prints/jobs/<job_id>/remove")
def remove(job_id: str) -> _Page:
    """Delete a job and its file."""
    _job(job_id)
    printing_jobs.remove(installation(), scope(), job_id)
    flash(gettext("The file was deleted."))
    return redirect(url_for("printing.overview"), 303)


def _job(job_id: str) -> Job:
    found = printing_jobs.job(installation(), scope(), job_id)
    if found.kind == "card":  # visitors' codes
        rights.required(cast(SignedIn, current_user).account, Right.EDIT_PEOPLE)
    return found


def _is_over(shown: Job) -> bool:
    return shown.progress.stage in (Stage.DONE, Stage.FAILED)


def _wanted(values: Mapping[str, str]) -> Wanted:
    names = ("q", "enterprise", "venue")
    return Wanted(*(values.get(name, "")[:200] for name in names))


def _repeated() -> list[tuple[str, str]]:
    """What was sent, to be sent again with the answer to the question."""
    return [
        (name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "issue")
    ]


def _codes_page(wrong: str, values: dict[str, str]) -> str:
    inst, here = installation(), scope()
    doors, count = printing_doors.listed(inst, here, _wanted(values), _LISTED)
    return render_template(
        "printing/codes.html",
        doors=doors,
        count=count,
        is_any=count or printing_doors.listed(inst, here, Wanted(), 1)[1],
        ticked=set(request.form.getlist("entrance")) if request.method == "POST" else None,
        owners=places.enterprises(inst, here),
        venues=places.venues(inst, here),
        values=values,
        wrong=wrong,
        **CHOICES,
    )
