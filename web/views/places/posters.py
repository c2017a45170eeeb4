"""A poster: issued with one press, looked at, downloaded, withdrawn."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from domain.errors import InputError
from domain.venue import PosterState
from domain.wording import Sentence
from web.services.errors import NotFoundError
from web.services.places import places
from web.services.places.place_rows import EntranceDetail, PosterRow, VenueDetail
from web.services.places.posters import poster_life, posters
from web.services.places.posters.posters import Artefact
from web.views.asking.session import installation, scope
from web.views.every_page.language import said

posters_pages = Blueprint("posters", __name__)
_Page = Response | str | tuple[str, int]

SIZES = ("A4", "A3", "A5", "Letter")
LANGUAGES: dict[str, Sentence] = {
    "zh,en": Sentence("Chinese and English", "中文和英文"),
    "zh": Sentence("Chinese", "中文"),
    "en": Sentence("English", "英文"),
}
KINDS = ("pdf", "png", "svg")


@posters_pages.post("/venues/<venue_id>/entrances/<entrance_id>/posters")
def issue(venue_id: str, entrance_id: str) -> _Page:
    """Issue a poster for an entrance and show it."""
    try:
        poster_id = posters.issue(installation(), scope(), entrance_id)
    except InputError as error:
        flash(said(error.sentence))
        return redirect(url_for("enterprises.venue", venue_id=venue_id), 303)
    return redirect(url_for("posters.poster", venue_id=venue_id, poster_id=poster_id), 303)


@posters_pages.get("/venues/<venue_id>/posters/<poster_id>")
def poster(venue_id: str, poster_id: str) -> _Page:
    """The poster as it will be printed, with its files in the size and languages chosen."""
    detail, entrance, row = _found(venue_id, poster_id)
    size, languages = _chosen()
    remarks: tuple[Sentence, ...] = ()
    if row.state != PosterState.REVOKED:
        try:
            remarks = posters.remarks(
                installation(), scope(), poster_id, languages=tuple(languages.split(",")), size=size
            )
        except InputError as error:
            remarks = (error.sentence,)
    return render_template(
        "posters/page.html",
        venue=detail.row,
        entrance=entrance,
        poster=row,
        size=size,
        languages_chosen=languages,
        sizes=SIZES,
        language_choices=LANGUAGES,
        kinds=KINDS,
        remarks=remarks,
    )


@posters_pages.get("/venues/<venue_id>/posters/<poster_id>/poster.<kind>")
def poster_file(venue_id: str, poster_id: str, kind: str) -> _Page:
    """The poster as a file; shown in the page unless `download` is asked for, which counts as printed."""
    if kind not in KINDS:
        abort(404)
    size, languages = _chosen()
    try:
        made = posters.artefact(
            installation(), scope(), poster_id, kind=kind, languages=tuple(languages.split(",")), size=size
        )
    except InputError as error:
        flash(said(error.sentence))
        return redirect(url_for("posters.poster", venue_id=venue_id, poster_id=poster_id))
    is_taken = "download" in request.args
    if is_taken and request.method == "GET":
        poster_life.mark_all_printed(installation(), scope(), [poster_id])
    return handed_out(made, download=is_taken)


@posters_pages.post("/venues/<venue_id>/posters/<poster_id>/revoke")
def revoke(venue_id: str, poster_id: str) -> _Page:
    """Withdraw a poster."""
    posters.revoke(installation(), scope(), poster_id)
    flash(gettext("The poster was withdrawn. Whoever scans it is told so. Take the paper down."))
    return redirect(url_for("enterprises.venue", venue_id=venue_id), 303)


@posters_pages.post("/venues/<venue_id>/posters/<poster_id>/restore")
def restore(venue_id: str, poster_id: str) -> _Page:
    """Take a withdrawal back."""
    try:
        poster_life.restore(installation(), scope(), poster_id)
    except InputError as error:
        flash(said(error.sentence))
    else:
        flash(gettext("The poster counts again."))
    return redirect(url_for("enterprises.venue", venue_id=venue_id), 303)


@posters_pages.post("/venues/<venue_id>/posters/<poster_id>/withdraw-older")
def withdraw_older(venue_id: str, poster_id: str) -> _Page:
    """Withdraw the posters whose place this one has taken."""
    try:
        count = poster_life.withdraw_replaced(installation(), scope(), poster_id)
    except InputError as error:
        flash(said(error.sentence))
    else:
        flash(ngettext("%(num)d older poster was withdrawn.", "%(num)d older posters were withdrawn.", count))
    return redirect(url_for("enterprises.venue", venue_id=venue_id), 303)


def handed_out(made: Artefact, *, download: bool) -> Response:
    """An artefact as a response: a file to keep, or something to look at in a page."""
    response = Response(made.body, mimetype=made.mime)
    manner = "attachment" if download else "inline"
    response.headers.set("Content-Disposition", manner, filename=made.filename)
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


def _chosen() -> tuple[str, str]:
    size, languages = request.args.get("size", ""), request.args.get("languages", "")
    return (
        size if size in SIZES else SIZES[0],
        languages if languages in LANGUAGES else next(iter(LANGUAGES)),
    )


def _found(venue_id: str, poster_id: str) -> tuple[VenueDetail, EntranceDetail, PosterRow]:
    detail = places.venue(installation(), scope(), venue_id)
    for entrance in detail.entrances:
        for row in entrance.posters:
            if row.id == poster_id:
                return detail, entrance, row
    raise NotFoundError
