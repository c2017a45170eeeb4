"""Expected visitors from a table: upload, a report of every row, and one press to announce exactly that."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from printables.batch.table import refusal
from web.services.places import places
from web.services.visits import visit_import
from web.services.visits.visit_import_columns import Column
from web.services.visits.visit_import_rows import ROWS_MOST, Line, table_of
from web.views.asking.extensions import limiter
from web.views.asking.sealing import sealed, unsealed
from web.views.asking.session import installation, scope
from web.views.every_page.forms import put_beside
from web.views.every_page.table_uploads import packed, unpacked, uploaded
from web.views.people.fact_forms import ImportForm

visits_import_pages = Blueprint("visits_import", __name__)
_Page = Response | str | tuple[str, int]

_PURPOSE = "visits import"
_PLAN_S = 3600
# What one field of a form may hold, with room for the others.
_PLAN_MOST = 180_000


@visits_import_pages.route("/enterprises/<enterprise_id>/visits/import", methods=["GET", "POST"])
@limiter.limit("30 per minute", methods=["POST"])
def upload(enterprise_id: str) -> _Page:
    """Take a table and show what would become of each of its rows."""
    owner = places.enterprise(installation(), scope(), enterprise_id)
    form = ImportForm()
    shown = {"form": form, "enterprise": owner, "rows_most": ROWS_MOST, "columns": list(Column)}
    if not form.is_submitted():
        return render_template("visits/import.html", **shown)
    try:
        table = table_of(uploaded())
        rows = _sealed(enterprise_id, table.lines)
    except InputError as error:
        put_beside(form, InputError("table", error.sentence.en, error.sentence.zh))
        return render_template("visits/import.html", **shown), 422
    report = visit_import.planned(installation(), scope(), enterprise_id, table.lines)
    return render_template(
        "visits/import_report.html", enterprise=owner, report=report, ignored=table.ignored, rows=rows
    )


@visits_import_pages.post("/enterprises/<enterprise_id>/visits/import/apply")
def apply(enterprise_id: str) -> _Page:
    """Do what the report showed; the rows come back sealed, so that nobody could change them."""
    lines = _opened(enterprise_id, request.form.get("rows", ""))
    if lines is None:
        flash(gettext("This report is too old. Please upload the table again."))
        return redirect(url_for("visits_import.upload", enterprise_id=enterprise_id), 303)
    done = visit_import.apply(installation(), scope(), current_user.get_id(), enterprise_id, lines)
    flash(ngettext("%(num)d visit was announced.", "%(num)d visits were announced.", done.visits))
    return redirect(url_for("visits.listed", enterprise_id=enterprise_id), 303)


def _sealed(enterprise_id: str, lines: tuple[Line, ...]) -> str:
    body = [[line.number, {column.name: cell for column, cell in line.cells.items()}] for line in lines]
    told = {"account": current_user.get_id(), "enterprise": enterprise_id, "lines": packed(body)}
    rows = sealed(_PURPOSE, told)
    if len(rows) > _PLAN_MOST:
        raise refusal("has too many different rows; split it.", "内容过多，请拆分。")
    return rows


def _opened(enterprise_id: str, text: str) -> tuple[Line, ...] | None:
    kept = unsealed(_PURPOSE, text, _PLAN_S)
    if kept is None or (kept["account"], kept["enterprise"]) != (current_user.get_id(), enterprise_id):
        return None
    return tuple(
        Line(number, {Column[name]: cell for name, cell in cells.items()})
        for number, cells in unpacked(str(kept["lines"]))
    )
