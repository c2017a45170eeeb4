"""Prints of one thing: everything that can be made for an entrance, and what is written on a form."""

from __future__ import annotations

import base64
from datetime import date
from functools import cache
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.errors import InputError
from domain.hours import local_time
from domain.wording import Sentence
from printables.drawing import Drawing
from printables.kinds.registry import KINDS
from web.services.places import places
from web.services.places.places import DEFAULT_ZONE
from web.services.places.posters import applications, poster_life, posters
from web.services.printing import printing, printing_doors, printing_jobs
from web.services.printing.printing_options import OF_ENTRANCE, WITH_CODE, Options, sizes_of
from web.views.asking.session import installation, now_ms, scope
from web.views.every_page.forms import put_beside, typed
from web.views.every_page.language import language, said
from web.views.places.posters import LANGUAGES, handed_out
from web.views.printing.printing_forms import (
    DIRECTIONS,
    INKS,
    LABELS,
    LAYOUTS,
    ContactCardForm,
    NoticeSheetForm,
    chosen_day,
    chosen_number,
    options_from,
)

printing_pages = Blueprint("printing", __name__)
_Page = Response | str | tuple[str, int]

_FORMS = {"pdf", "png", "svg"}
_SHEETS_MOST = 40
_TILE, _LARGE = 220, 620
_NOTHING: tuple[Sentence, ...] = ()
_CHOICES = ("kind", "size", "direction", "ink", "languages", "layout", "labels", "grid", "day", "sheets")


@printing_pages.get("/prints")
def overview() -> _Page:
    """Everything that can be printed, and the jobs of the last day."""
    return render_template(
        "printing/overview.html", kinds=KINDS, jobs=printing_jobs.jobs(installation(), scope())
    )


@printing_pages.get("/prints/examples/<kind>.png")
def example(kind: str) -> _Page:
    """A kind's example as a small picture in the language of the page."""
    if kind not in KINDS:
        abort(404)
    response = Response(_example(kind, language()), mimetype="image/png")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


@cache
def _example(kind: str, first: str) -> bytes:
    return printing.sample_preview(kind, (first,), 2 * _TILE)


@printing_pages.get("/entrances/<entrance_id>/print")
def entrance(entrance_id: str) -> _Page:
    """Choose what to print for an entrance and how; the picture is what comes out."""
    door = printing_doors.door(installation(), scope(), entrance_id)
    wrong, remarks = "", _NOTHING
    options, day, sheets = Options(_kind_asked()), None, 1
    try:
        options, day, sheets = _asked()
        remarks = printing.remarks(_pages(entrance_id, options, day, sheets))
    except InputError as error:
        wrong = said(error.sentence)
    has_code = printing.poster_content(installation(), scope(), entrance_id) is not None
    return render_template(
        "printing/entrance.html",
        door=door,
        kinds=[KINDS[name] for name in OF_ENTRANCE],
        has_code=has_code,
        waits=not has_code and applications.of_venue(installation(), scope(), door.venue_id) is not None,
        options=options,
        kind=KINDS[options.kind],
        sizes=sizes_of(options.kind),
        today=local_time(now_ms(), door.time_zone).date().isoformat(),
        query=_query(),
        wrong=wrong,
        remarks=remarks,
        inks=INKS,
        directions=DIRECTIONS,
        layouts=LAYOUTS,
        labels=LABELS,
        language_choices=LANGUAGES,
    )


@printing_pages.get("/entrances/<entrance_id>/print.<form>")
def entrance_file(entrance_id: str, form: str) -> _Page:
    """The print as a file; as `small` a picture of its first page."""
    if form not in _FORMS:
        abort(404)
    try:
        options, day, sheets = _asked()
        pages = _pages(entrance_id, options, day, sheets)
        if "small" in request.args:
            wide = _TILE if request.args["small"] == "tile" else _LARGE
            response = Response(printing.preview(pages[0], wide), mimetype="image/png")
            response.headers["Cache-Control"] = "private, max-age=60"
            return response
        made = printing.as_file(pages, form, f"{options.kind}-{entrance_id[:6]}")
        if options.kind in WITH_CODE and request.method == "GET":
            _note_printed(entrance_id)
    except InputError as error:
        flash(said(error.sentence))
        return redirect(_entrance_url(entrance_id))
    return handed_out(made, download=True)


@printing_pages.post("/entrances/<entrance_id>/code")
def issue(entrance_id: str) -> _Page:
    """Issue the entrance's first code and go on printing."""
    printing_doors.door(installation(), scope(), entrance_id)
    posters.issue_missing(installation(), scope(), [entrance_id])
    return redirect(url_for("printing.entrance", entrance_id=entrance_id), 303)


@printing_pages.route("/prints/notice", methods=["GET", "POST"])
def notice() -> _Page:
    """Write a notice, look at it, print it."""
    form = NoticeSheetForm()
    return _written("notice", form)


@printing_pages.route("/prints/contact-card", methods=["GET", "POST"])
def contact_card() -> _Page:
    """Write a contact card, look at it, print it; what is typed goes on the paper and is kept nowhere."""
    return _written("contact-card", ContactCardForm())


def _written(kind: str, form: NoticeSheetForm | ContactCardForm) -> _Page:
    owners = [(owner.id, owner.name) for owner in places.enterprises(installation(), scope())]
    form.offer(kind, owners)
    picture, remarks, status = "", _NOTHING, 200
    if not form.is_submitted():
        form.enterprise.data = owners[0][0] if len(owners) == 1 else ""
        day = form.dated if isinstance(form, NoticeSheetForm) else form.issued_on
        day.data = local_time(now_ms(), DEFAULT_ZONE).date()
    elif form.validate():
        try:
            pages = printing.from_form(
                installation(), scope(), form.content(), form.chosen(kind), typed(form, "enterprise")
            )
            if request.form.get("do") in _FORMS:
                made = printing.as_file(pages, request.form["do"], kind)
                response = handed_out(made, download=True)
                response.headers["Cache-Control"] = "no-store"
                return response
        except InputError as error:
            put_beside(form, error)
            status = 422
        else:
            picture = base64.b64encode(printing.preview(pages[0], _LARGE)).decode("ascii")
            remarks = printing.remarks(pages)
    else:
        status = 422
    page = render_template(
        "printing/written.html", kind=KINDS[kind], form=form, picture=picture, remarks=remarks
    )
    return page, status


def _note_printed(entrance_id: str) -> None:
    poster_id = printing.newest_poster(installation(), scope(), entrance_id)
    if poster_id:
        poster_life.mark_all_printed(installation(), scope(), [poster_id])


def _query() -> dict[str, str]:
    """What was chosen, as it goes on to the file."""
    return {name: value for name, value in request.args.items() if name in _CHOICES}


def _entrance_url(entrance_id: str) -> str:
    values: dict[str, Any] = {**_query(), "entrance_id": entrance_id}
    return url_for("printing.entrance", **values)


def _kind_asked() -> str:
    name = request.args.get("kind", "")
    return name if name in OF_ENTRANCE else OF_ENTRANCE[0]


def _asked() -> tuple[Options, date | None, int]:
    values = request.args
    options = options_from(values, OF_ENTRANCE, on_sheets=False)
    day = chosen_day(values.get("day", ""))
    return options, day, chosen_number("sheets", values.get("sheets", ""), _SHEETS_MOST)


def _pages(entrance_id: str, options: Options, day: date | None, sheets: int) -> tuple[Drawing, ...]:
    return printing.of_entrance(installation(), scope(), entrance_id, options, day, sheets)
