"""The sheet of a day, to print, to sign and to send: of an enterprise, an area, or everything in scope."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.http import dump_options_header

from domain.errors import InputError
from domain.wording import Sentence
from web.services.desk.figures import figures_sheet
from web.services.desk.figures.figures_days import date_of, day_of
from web.services.desk.figures.figures_sheet import Sheet
from web.services.desk.filtering import filters_choices
from web.services.desk.filtering.filters import Filter
from web.services.desk.projecting.projecting_times import local_day
from web.services.places.places import DEFAULT_ZONE
from web.views.asking.session import installation, now_ms, scope
from web.views.every_page.language import language, said

sheet_pages = Blueprint("desk_sheet", __name__)
_UNREADABLE = Sentence("Give a day like 2026-11-20.", "请填写日期，例如 2026-11-20。")


@sheet_pages.get("/desk/sheet")
def page() -> ResponseReturnValue:
    """The sheet, and which one to show."""
    wrong = ""
    try:
        day = _day()
    except InputError as error:
        wrong, day = said(error.sentence), _today()
    asked = {name: request.args.get(name, "")[:64] for name in ("enterprise", "area")}
    shown = render_template(
        "desk/figures_sheet.html",
        found=_found(day),
        asked=asked,
        wrong=wrong,
        choices=filters_choices.offered(installation(), scope(), Filter(area_id=asked["area"])),
        now_ms=now_ms(),
        today=_today(),
        zone=DEFAULT_ZONE,
    )
    return (shown, 400) if wrong else shown


@sheet_pages.get("/desk/sheet.csv")
def csv() -> ResponseReturnValue:
    """The same as a table; the page tells what is wrong with a day."""
    try:
        found = _found(_day())
    except InputError:
        asked = {name: request.args.get(name) or None for name in ("enterprise", "area", "day")}
        return redirect(f"{url_for('desk_sheet.page')}?{urlencode({k: v for k, v in asked.items() if v})}")
    response = Response(figures_sheet.csv(found, chinese=language() == "zh"), mimetype="text/csv")
    stem = f"day-{date_of(found.day).isoformat()}"
    names = {"filename": f"{stem}.csv", "filename*": f"UTF-8''{quote(f'{stem}-{found.unit}')}.csv"}
    response.headers["Content-Disposition"] = dump_options_header("attachment", names)
    response.headers["Cache-Control"] = "no-store"
    return response


def _found(day: int) -> Sheet:
    return figures_sheet.sheet(
        installation(),
        scope(),
        day,
        enterprise_id=request.args.get("enterprise", "")[:64],
        area_id=request.args.get("area", "")[:64],
    )


def _day() -> int:
    """The local day that is asked for, today without one; InputError when it is none."""
    typed = request.args.get("day", "").strip()
    if not typed:
        return _today()
    try:
        found = day_of(date.fromisoformat(typed))
    except ValueError:
        raise InputError("day", _UNREADABLE.en, _UNREADABLE.zh) from None
    return min(max(found, 0), _today())


def _today() -> int:
    return local_day(now_ms(), DEFAULT_ZONE)
