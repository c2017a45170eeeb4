"""Import of credentials from a table: upload, a report of every row, and one press to do exactly that."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from printables.batch.table import refusal
from web.services.people import credential_import
from web.services.people.credential_import import Step
from web.services.people.credential_rows import ROWS_MOST
from web.services.people.credential_values import Dated
from web.views.asking.extensions import limiter
from web.views.asking.sealing import sealed, unsealed
from web.views.asking.session import installation, scope
from web.views.every_page.forms import put_beside
from web.views.every_page.table_uploads import packed, unpacked, uploaded
from web.views.people.fact_forms import ImportForm

import_pages = Blueprint("credential_import", __name__)
_Page = Response | str | tuple[str, int]

# What one field of a form may hold, with room for the others.
_PLAN_MOST = 180_000
_PLAN_S = 3600
_PURPOSE = "credential import"


@import_pages.route("/credentials/import", methods=["GET", "POST"])
@limiter.limit("30 per minute", methods=["POST"])
def upload() -> _Page:
    """Take a table and show what would happen with each of its rows."""
    form = ImportForm()
    if not form.is_submitted():
        return render_template("visitors/import.html", form=form, rows_most=ROWS_MOST)
    try:
        report = credential_import.report(installation(), scope(), uploaded())
        plan = _sealed_plan(report.steps)
    except InputError as error:
        put_beside(form, InputError("table", error.sentence.en, error.sentence.zh))
        return render_template("visitors/import.html", form=form, rows_most=ROWS_MOST), 422
    return render_template("visitors/import_report.html", report=report, plan=plan)


@import_pages.post("/credentials/import/apply")
def apply() -> _Page:
    """Do what the report showed."""
    steps = _opened_plan(request.form.get("plan", ""))
    if steps is None:
        flash(gettext("This report is too old. Please upload the table again."))
        return redirect(url_for("credential_import.upload"), 303)
    done = credential_import.apply(installation(), scope(), current_user.get_id(), steps)
    flash(
        gettext(
            "%(added)s added, %(verified)s verified, %(there)s were there already.",
            added=done.added,
            verified=done.verified,
            there=done.there,
        )
    )
    if done.lost:
        flash(gettext("%(lost)s could not be kept, because they changed meanwhile.", lost=done.lost))
    return redirect(url_for("credential_import.upload"), 303)


def _sealed_plan(steps: tuple[Step, ...]) -> str:
    """The steps as the browser carries them: bound to the account, closed to everybody."""
    rows = [[step.visitor_id, step.dated.kind, step.dated.since_ms, step.dated.until_ms] for step in steps]
    plan = sealed(_PURPOSE, {"account": current_user.get_id(), "steps": packed(rows)})
    if len(plan) > _PLAN_MOST:
        raise refusal("has too many different rows; split it.", "内容过多，请拆分。")
    return plan


def _opened_plan(text: str) -> list[Step] | None:
    plan = unsealed(_PURPOSE, text, _PLAN_S)
    if plan is None or plan["account"] != current_user.get_id():
        return None
    rows = unpacked(str(plan["steps"]))
    return [
        Step(visitor_id, Dated(kind, since_ms, until_ms)) for visitor_id, kind, since_ms, until_ms in rows
    ]
