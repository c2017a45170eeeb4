"""Import of enterprises, venues and entrances: what a table would do, one press to do it, one to undo it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from domain.errors import InputError
from printables.batch.table import refusal
from web.services.places.importing import places_import
from web.services.places.importing.places_import_columns import Column
from web.services.places.importing.places_import_rows import ROWS_MOST, Line, table_of
from web.views.asking.extensions import limiter
from web.views.asking.sealing import sealed, unsealed
from web.views.asking.session import installation, scope
from web.views.every_page.forms import put_beside
from web.views.every_page.table_uploads import packed, unpacked, uploaded
from web.views.people.fact_forms import ImportForm

places_import_pages = Blueprint("places_import", __name__, url_prefix="/places/import")
_Page = Response | str | tuple[str, int]

_PURPOSE = "places import"
_PLAN_S = 3600
# What one field of a form may hold, with room for the others.
_PLAN_MOST = 180_000


@places_import_pages.route("", methods=["GET", "POST"])
@limiter.limit("30 per minute", methods=["POST"])
def upload() -> _Page:
    """Take a table and show what would become of each of its rows."""
    form = ImportForm()
    if not form.is_submitted():
        return _asked(form)
    try:
        table = table_of(uploaded())
        return report(table.lines, table.ignored)
    except InputError as error:
        put_beside(form, InputError("table", error.sentence.en, error.sentence.zh))
        return _asked(form), 422


def report(lines: tuple[Line, ...], ignored: tuple[str, ...]) -> str:
    """The page of what these rows would do; InputError when they are too many for it."""
    rows = _sealed(lines)
    plan = places_import.planned(installation(), scope(), lines)
    return render_template("places_import/report.html", plan=plan, ignored=ignored, rows=rows)


@places_import_pages.post("/apply")
def apply() -> _Page:
    """Do what the report showed; the rows come back sealed, so that nobody could change them."""
    lines = _opened(request.form.get("rows", ""))
    if lines is None:
        flash(gettext("This report is too old. Please upload the table again."))
        return redirect(url_for("places_import.upload"), 303)
    issue = "issue" in request.form
    plan = places_import.apply(installation(), scope(), current_user.get_id(), lines, issue=issue)
    made = {table: plan.made(table) for table in plan.drafts}
    flash(gettext("Imported: %(things)s.", things=_counted(made, plan.changed)))
    if scope().enterprise_id and made["venues"]:
        flash(
            ngettext(
                "%(num)d new venue waits for the office. Its posters come when it is approved.",
                "%(num)d new venues wait for the office. Their posters come when they are approved.",
                made["venues"],
            )
        )
    return redirect(url_for("places_import.upload"), 303)


@places_import_pages.post("/undo")
def undo() -> _Page:
    """Take an import back, and say what could not be."""
    undone = places_import.undo(installation(), current_user.get_id(), request.form.get("import", ""))
    flash(ngettext("%(num)d thing was taken back.", "%(num)d things were taken back.", undone.count))
    if undone.kept:
        names = gettext(", ").join(undone.kept[:20])
        flash(gettext("Used or changed since, and left as they are: %(names)s.", names=names))
    return redirect(url_for("places_import.upload"), 303)


def _counted(of: Mapping[str, int], changed: int) -> str:
    """What came with an import, in words; what there is none of is not named."""
    named = {
        "enterprises": ngettext("%(num)d enterprise", "%(num)d enterprises", of["enterprises"]),
        "venues": ngettext("%(num)d venue", "%(num)d venues", of["venues"]),
        "entrances": ngettext("%(num)d entrance", "%(num)d entrances", of["entrances"]),
        "posters": ngettext("%(num)d poster", "%(num)d posters", of.get("posters", 0)),
        "liaisons": ngettext("%(num)d liaison", "%(num)d liaisons", of["liaisons"]),
    }
    new = [words for table, words in named.items() if of.get(table)]
    if changed:
        new.append(gettext("%(num)s changed", num=changed))
    return str(gettext(", ")).join(new) or str(gettext("nothing new"))


def _asked(form: FlaskForm) -> str:
    return render_template(
        "places_import/upload.html",
        form=form,
        rows_most=ROWS_MOST,
        counted=_counted,
        columns=list(Column),
        batches=places_import.done(installation(), current_user.get_id()),
    )


def _sealed(lines: tuple[Line, ...]) -> str:
    body = [[line.number, {column.name: cell for column, cell in line.cells.items()}] for line in lines]
    rows = sealed(_PURPOSE, {"account": current_user.get_id(), "lines": packed(body)})
    if len(rows) > _PLAN_MOST:
        raise refusal("has too many different rows; split it.", "内容过多，请拆分。")
    return rows


def _opened(text: str) -> tuple[Line, ...] | None:
    kept = unsealed(_PURPOSE, text, _PLAN_S)
    if kept is None or kept["account"] != current_user.get_id():
        return None
    return tuple(
        Line(number, {Column[name]: cell for name, cell in cells.items()})
        for number, cells in unpacked(str(kept["lines"]))
    )
