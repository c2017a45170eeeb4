"""Reviewing applications for codes, and the later life of each poster: printed, hung up and seen there."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.places.posters import applications, poster_life
from web.services.printing.printing_checks import FILE_MOST
from web.views.asking.session import installation, scope
from web.views.every_page.language import said

applications_pages = Blueprint("applications", __name__)
_Page = Response | str | tuple[str, int]


@applications_pages.get("/applications")
def listed() -> _Page:
    """What waits for review, the longest first, and what went back."""
    found = applications.listed(installation(), scope())
    return render_template(
        "areas/applications.html",
        to_review=[one for one in found if not one.returned_for],
        returned=[one for one in found if one.returned_for],
    )


@applications_pages.post("/venues/<venue_id>/approve")
def approve(venue_id: str) -> _Page:
    """Approve a venue and issue its posters."""
    issued = applications.approve(installation(), scope(), current_user.get_id(), venue_id)
    flash(ngettext("Approved; %(num)d poster was issued.", "Approved; %(num)d posters were issued.", issued))
    return redirect(url_for("enterprises.venue", venue_id=venue_id), 303)


@applications_pages.post("/venues/<venue_id>/return")
def send_back(venue_id: str) -> _Page:
    """Return an application with a reason."""
    reason, reviewer = request.form.get("reason", ""), current_user.get_id()
    try:
        applications.send_back(installation(), scope(), reviewer, venue_id, reason)
    except InputError as error:
        flash(said(error.sentence))
    else:
        flash(gettext("The application went back to the enterprise with your reason."))
    return redirect(url_for("enterprises.venue", venue_id=venue_id), 303)


@applications_pages.post("/venues/<venue_id>/again")
def send_again(venue_id: str) -> _Page:
    """Apply again."""
    try:
        applications.send_again(installation(), scope(), venue_id)
    except InputError as error:
        flash(said(error.sentence))
    else:
        flash(gettext("The application was sent again."))
    return redirect(url_for("enterprises.venue", venue_id=venue_id), 303)


@applications_pages.post("/venues/<venue_id>/posters/<poster_id>/printed")
def printed(venue_id: str, poster_id: str) -> _Page:
    """Note that a poster was printed."""
    poster_life.mark_printed(installation(), scope(), poster_id)
    return redirect(url_for("enterprises.venue", venue_id=venue_id), 303)


@applications_pages.post("/venues/<venue_id>/posters/<poster_id>/posted")
def posted(venue_id: str, poster_id: str) -> _Page:
    """Take a photograph of the poster where it hangs; only that it was seen is kept."""
    upload = request.files.get("photo")
    try:
        photo = upload.read(FILE_MOST) if upload else b""
        poster_life.mark_posted(installation(), scope(), poster_id, photo)
    except InputError as error:
        flash(said(error.sentence))
    else:
        flash(gettext("Seen: this is the right poster. Nothing of the photograph was kept."))
    return redirect(url_for("enterprises.venue", venue_id=venue_id), 303)
