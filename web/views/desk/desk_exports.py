"""Files of entries: ordered with the desk's filter, agreed to, watched, fetched; and plans of such files."""

from __future__ import annotations

import json

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.desk.exporting import exporting, exporting_jobs, exporting_plans
from web.services.desk.exporting.exporting import PURPOSES
from web.services.desk.exporting.exporting_forms import Form
from web.services.desk.exporting.exporting_jobs import Job
from web.services.desk.filtering.filters import Asked
from web.views.asking.session import installation, scope
from web.views.desk import desk_filter
from web.views.desk.desk_exports_words import EVERY, FORMS, STATES, TROUBLES
from web.views.every_page.language import said

desk_exports = Blueprint("desk_exports", __name__)
_Page = Response | str | tuple[str, int]
_MIMES = {
    Form.CSV: "text/csv",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.JSONL: "application/jsonl",
}


@desk_exports.get("/desk/exports")
def new() -> _Page:
    """What was ordered, what waits for one's agreement, and a form for more with the filter of the URL."""
    return _shown(desk_filter.asked(), {}, "")


@desk_exports.post("/desk/exports")
def order() -> _Page:
    """Order a file with the filter of the URL, or make a plan of it."""
    asked, form = desk_filter.asked(), request.form
    inst, account = installation(), current_user.get_id()
    try:
        if form.get("every"):
            exporting_plans.create(
                inst, scope(), asked.wanted, asked.zone, account_id=account, name=form.get("name", ""),
                form=form.get("form", ""), every=form["every"], at=form.get("at", ""),
            )  # fmt: skip
            flash(gettext("The plan is made. Its files will lie in the folder “exports”."))
            return redirect(url_for("desk_exports.new"), 303)
        identity = exporting.order(
            inst, scope(), asked.wanted, account_id=account, form=form.get("form", ""),
            unmasked=form.get("unmasked") == "1", purpose=form.get("purpose", ""), note=form.get("note", ""),
        )  # fmt: skip
    except InputError as error:
        return _shown(asked, form.to_dict(), said(error.sentence)), 422
    return redirect(url_for("desk_exports.job", export_id=identity), 303)


@desk_exports.get("/desk/exports/<export_id>")
def job(export_id: str) -> _Page:
    """How far a file is; when it is ready, the file and its manifest."""
    found = _job(export_id)
    return render_template(
        "desk/exports_job.html",
        job=found,
        conditions=desk_filter.conditions_of_query(found.query),
        is_own=found.account_id == current_user.get_id(),
        forms=FORMS,
        states=STATES,
        troubles=TROUBLES,
        purposes=PURPOSES,
    )


@desk_exports.get("/desk/exports/<export_id>/state")
def state(export_id: str) -> _Page:
    """How far a file is, for the page's script."""
    found = _job(export_id)
    response = Response(mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    told = {"done": found.done, "total": found.total, "stage": found.stage, "over": found.is_over}
    response.data = json.dumps(told)
    return response


@desk_exports.get("/desk/exports/<export_id>/file")
def file(export_id: str) -> _Page:
    """The finished file."""
    path, _, found = exporting_jobs.result(installation(), export_id, account_id=current_user.get_id())
    response = send_file(
        path.absolute(), mimetype=_MIMES[Form(found.form)], as_attachment=True, download_name=found.name
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@desk_exports.get("/desk/exports/<export_id>/manifest")
def manifest(export_id: str) -> _Page:
    """What is in the file, as it can be shown to others."""
    _, path, found = exporting_jobs.result(installation(), export_id, account_id=current_user.get_id())
    response = send_file(
        path.absolute(), mimetype="application/json", as_attachment=True,
        download_name=f"{found.name}.manifest.json",
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


@desk_exports.post("/desk/exports/<export_id>/agree")
def agree(export_id: str) -> _Page:
    """Agree to somebody else's file that names people, or not."""
    yes = request.form.get("answer") == "yes"
    exporting.agree(installation(), scope(), export_id, account_id=current_user.get_id(), yes=yes)
    flash(gettext("The file will be made.") if yes else gettext("The file will not be made."))
    return redirect(url_for("desk_exports.new"), 303)


@desk_exports.post("/desk/exports/<export_id>/withdraw")
def withdraw(export_id: str) -> _Page:
    """Stop making a file, or delete it."""
    exporting.withdraw(installation(), export_id, account_id=current_user.get_id())
    flash(gettext("The file was deleted."))
    return redirect(url_for("desk_exports.new"), 303)


@desk_exports.post("/desk/exports/plans/<plan_id>/stop")
def stop(plan_id: str) -> _Page:
    """End a plan; files that it made stay where they are."""
    exporting_plans.stop(installation(), plan_id, account_id=current_user.get_id())
    flash(gettext("The plan was stopped. Files that it made stay."))
    return redirect(url_for("desk_exports.new"), 303)


def _job(export_id: str) -> Job:
    return exporting_jobs.job(installation(), scope(), export_id, account_id=current_user.get_id())


def _shown(asked: Asked, values: dict[str, str], wrong: str) -> str:
    inst, account = installation(), current_user.get_id()
    own, waiting = exporting_jobs.jobs(inst, scope(), account_id=account)
    plans = exporting_plans.listed(inst, account_id=account)
    queries = {one.id: one.query for one in (*own, *waiting)} | {one.id: one.query for one in plans}
    return render_template(
        "desk/exports.html",
        **desk_filter.shown(asked, "exports"),
        own=own,
        waiting=waiting,
        plans=plans,
        covered={identity: desk_filter.conditions_of_query(query) for identity, query in queries.items()},
        values=values,
        wrong=wrong,
        forms=FORMS,
        states=STATES,
        every=EVERY,
        purposes=PURPOSES,
    )
