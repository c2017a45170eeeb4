"""What a place looks like: the clerk's page of its pictures, and the picture before a poster."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from domain.errors import InputError
from web.services.places import places
from web.services.visits.rounds import place_pictures as service
from web.views.asking.session import installation, scope
from web.views.every_page.language import said

place_pictures = Blueprint("place_pictures", __name__, url_prefix="/venues/<venue_id>/pictures")


@place_pictures.get("")
def page(venue_id: str) -> ResponseReturnValue:
    """The pictures there are, and a form for each place."""
    return _shown(venue_id)


@place_pictures.post("")
def put(venue_id: str) -> ResponseReturnValue:
    """Keep what was handed in."""
    upload = request.files.get("picture")
    entrance = request.form.get("entrance", "")
    try:
        service.put(installation(), scope(), venue_id, entrance, upload.read() if upload else b"")
    except InputError as error:
        return _shown(venue_id, entrance, said(error.sentence)), 422
    flash(gettext("The picture is kept. Visitors see it when they scan the poster."))
    return redirect(url_for("place_pictures.page", venue_id=venue_id), 303)


@place_pictures.post("/remove")
def remove(venue_id: str) -> ResponseReturnValue:
    """Forget a picture."""
    service.remove(installation(), scope(), venue_id, request.form.get("entrance", ""))
    flash(gettext("The picture was removed."))
    return redirect(url_for("place_pictures.page", venue_id=venue_id), 303)


@place_pictures.get("/picture.jpg")
def picture(venue_id: str) -> ResponseReturnValue:
    """A picture as staff see it, of an entrance or (none given) of the venue."""
    body = service.as_jpeg(installation(), scope(), venue_id, request.args.get("entrance", ""))
    response = Response(body, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _shown(venue_id: str, entrance: str = "", wrong: str = "") -> str:
    detail = places.venue(installation(), scope(), venue_id)
    spots = [("", gettext("The whole venue")), *((door.id, door.name) for door in detail.entrances)]
    return render_template(
        "pictures/page.html",
        venue=detail.row,
        spots=spots,
        pictures=service.listed(installation(), scope(), venue_id),
        wrong_at=entrance if wrong else None,
        wrong=wrong,
    )
