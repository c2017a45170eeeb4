"""Typing a paper register row by row, with the keyboard alone: a grid like the printed form."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from domain.errors import InputError
from domain.hours import local_time
from web.services.passing.paper import paper
from web.services.passing.paper.paper_columns import CALLED, Column
from web.services.passing.paper.paper_rows import ROWS_MOST, Line
from web.services.places import places
from web.services.places.place_rows import VenueDetail
from web.views.asking.session import installation, now_ms, scope
from web.views.every_page.language import said
from web.views.passing.paper import day_of, entrance_of, rows_sent, told

paper_keys = Blueprint("paper_keys", __name__)
_Page = Response | str | tuple[str, int]

# In the order of the printed form; its running number is the row itself.
COLUMNS: tuple[Column, ...] = tuple(column for column in CALLED if column is not Column.ROW)
_ROWS_FIRST = 12
_CELL_MOST = 200


@paper_keys.route("/venues/<venue_id>/paper/keys", methods=["GET", "POST"])
def grid(venue_id: str) -> _Page:
    """The empty grid; sent, what would become of each of its rows."""
    detail = places.venue(installation(), scope(), venue_id)
    if request.method == "GET":
        today = local_time(now_ms(), detail.row.time_zone).date()
        return _shown(detail, "", today.isoformat(), ())
    lines = _lines()
    door, day = request.form.get("entrance", ""), request.form.get("day", "")
    try:
        if not lines:
            raise InputError("table", "No row is filled in yet.", "尚未填写任何一行。")
        return told(detail, entrance_of(detail, door), day_of(day), lines, keyed=True)
    except InputError as error:
        return _shown(detail, door, day, lines, {error.field: said(error.sentence)}), 422


@paper_keys.post("/venues/<venue_id>/paper/keys/again")
def again(venue_id: str) -> _Page:
    """The grid with the rows that were checked, to be mended."""
    detail = places.venue(installation(), scope(), venue_id)
    sent = rows_sent()
    if sent is None:
        flash(gettext("This was open for too long. Type the rows again."))
        return redirect(url_for("paper_keys.grid", venue_id=venue_id), 303)
    entrance, day, lines = sent
    report = paper.tried(installation(), scope(), entrance_of(detail, entrance), day, lines)
    marked = [{one.column.value: said(one.sentence) for one in row.problems} for row in report.rows]
    return _shown(detail, entrance, day.isoformat(), lines, marked=marked)


def _shown(
    detail: VenueDetail,
    entrance: str,
    day: str,
    lines: tuple[Line, ...],
    wrong: dict[str, str] | None = None,
    marked: Sequence[dict[str, str]] = (),
) -> str:
    """The grid; `marked` says of each row what is to be mended, by column."""
    rows = [{column.value: line.cells.get(column, "") for column in COLUMNS} for line in lines]
    rows += [{} for _ in range(max(1, _ROWS_FIRST - len(rows)))]
    return render_template(
        "passages/paper_keys.html",
        venue=detail.row,
        entrances=detail.entrances,
        entrance=entrance,
        day=day,
        rows=rows,
        columns=[(column.value, CALLED[column]) for column in COLUMNS],
        rows_most=ROWS_MOST,
        wrong=wrong or {},
        marked=marked,
    )


def _lines() -> tuple[Line, ...]:
    """The rows that were typed, by their numbers in the grid; those that hold nothing are left out."""
    typed = {column: request.form.getlist(column.value) for column in COLUMNS}
    count = min(ROWS_MOST, max((len(cells) for cells in typed.values()), default=0))
    lines: list[Line] = []
    for nth in range(count):
        cells: dict[Column, str] = {
            column: cell[:_CELL_MOST]
            for column, values in typed.items()
            if nth < len(values) and (cell := values[nth].strip())
        }
        # A direction alone is what the grid filled in by itself.
        if cells.keys() - {Column.DIRECTION}:
            lines.append(Line(nth + 1, cells))
    return tuple(lines)
