"""Keying in a paper register: the table is tried first, told row by row, then recorded with one press."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from domain.hours import local_time
from web.services.passing.paper import paper
from web.services.passing.paper.paper_columns import CALLED, Column
from web.services.passing.paper.paper_rows import Line, lines_of
from web.services.places import places
from web.services.places.place_rows import VenueDetail
from web.views.asking.sealing import sealed, unsealed
from web.views.asking.session import installation, now_ms, scope
from web.views.every_page.forms import put_beside, typed
from web.views.every_page.language import said
from web.views.every_page.table_uploads import packed, unpacked
from web.views.passing.passage_forms import SheetForm

paper_pages = Blueprint("paper", __name__)
_Page = Response | str | tuple[str, int]

_PURPOSE = "paper register"
_TRIED_S = 3600
# What a form may send back beside its file.
_SEALED_MOST = 150_000


@paper_pages.route("/venues/<venue_id>/paper", methods=["GET", "POST"])
def sheet(venue_id: str) -> _Page:
    """The form for a table; sent, what would become of each of its rows."""
    detail = places.venue(installation(), scope(), venue_id)
    form = SheetForm()
    form.entrance.choices = [(door.id, door.name) for door in detail.entrances]
    if not form.is_submitted():
        form.day.data = local_time(now_ms(), detail.row.time_zone).date().isoformat()
        return _asked(detail, form)
    form.validate()
    try:
        return _tried(detail, form)
    except InputError as error:
        put_beside(form, error)
        return _asked(detail, form), 422


@paper_pages.post("/venues/<venue_id>/paper/keep")
def keep(venue_id: str) -> _Page:
    """Record the rows that were tried; they come back sealed, so that nobody could change them."""
    detail = places.venue(installation(), scope(), venue_id)
    sent = rows_sent()
    if sent is None:
        flash(gettext("This was open for too long. Choose the table again."))
        return redirect(url_for("paper.sheet", venue_id=venue_id), 303)
    entrance, day, lines = sent
    done = paper.keep(
        installation(), scope(), entrance_of(detail, entrance), day, lines, account_id=current_user.get_id()
    )
    flash(ngettext("%(num)d entry was recorded.", "%(num)d entries were recorded.", done.new))
    return redirect(url_for("paper.sheet", venue_id=venue_id), 303)


@paper_pages.post("/venues/<venue_id>/paper/undo")
def undo(venue_id: str) -> _Page:
    """Take back what was keyed in together."""
    detail = places.venue(installation(), scope(), venue_id)
    received = request.form.get("received", "")
    at_ms = int(received) if received.isdecimal() and len(received) < 16 else 0
    try:
        entrance = entrance_of(detail, request.form.get("entrance", ""))
        undone = paper.undo(installation(), scope(), entrance, at_ms, account_id=current_user.get_id())
    except InputError as error:
        flash(said(error.sentence))
    else:
        flash(ngettext("%(num)d entry was taken back.", "%(num)d entries were taken back.", undone))
    return redirect(url_for("paper.sheet", venue_id=venue_id), 303)


def _asked(detail: VenueDetail, form: SheetForm) -> str:
    return render_template(
        "passages/paper.html",
        venue=detail.row,
        entrances=detail.entrances,
        form=form,
        columns=CALLED,
        batches=paper.batches(installation(), scope(), detail.row.id),
    )


def _tried(detail: VenueDetail, form: SheetForm) -> str:
    entrance, day = entrance_of(detail, typed(form, "entrance")), day_of(typed(form, "day"))
    upload = form.table.data
    return told(detail, entrance, day, lines_of(upload.read() if upload else b""))


def told(
    detail: VenueDetail, entrance: str, day: date, lines: tuple[Line, ...], *, keyed: bool = False
) -> str:
    """The page that says what would become of rows; `keyed` ones can be mended where they were typed."""
    report = paper.tried(installation(), scope(), entrance, day, lines)
    cells = packed([[line.number, dict(line.cells)] for line in lines])
    rows = sealed(_PURPOSE, {"entrance": entrance, "day": day.isoformat(), "lines": cells})
    if len(rows) > _SEALED_MOST:
        raise InputError("table", "The table holds too much text; split it.", "表格内容过多，请拆分。")
    name = next(door.name for door in detail.entrances if door.id == entrance)
    return render_template(
        "passages/paper_report.html",
        venue=detail.row,
        entrance_name=name,
        day=day.isoformat(),
        report=report,
        rows=rows,
        columns=CALLED,
        keyed=keyed,
    )


def rows_sent() -> tuple[str, date, tuple[Line, ...]] | None:
    """Entrance, day and rows of the form that shows them; None when it was open for too long."""
    kept = unsealed(_PURPOSE, request.form.get("rows", ""), _TRIED_S)
    if kept is None:
        return None
    return str(kept["entrance"]), date.fromisoformat(str(kept["day"])), _unpacked(str(kept["lines"]))


def entrance_of(detail: VenueDetail, entrance_id: str) -> str:
    """The entrance, if it is one of this venue; InputError."""
    if entrance_id not in {door.id for door in detail.entrances}:
        raise InputError("entrance", "Choose an entrance of this venue.", "请选择本场所的出入口。")
    return entrance_id


def day_of(text: str) -> date:
    """The day that was typed; InputError when it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError("day", "Give the date, like 2026-11-21.", "请填写日期，例如 2026-11-21。") from None


def _unpacked(text: str) -> tuple[Line, ...]:
    return tuple(
        Line(number, {Column(name): cell for name, cell in cells.items()}) for number, cells in unpacked(text)
    )
