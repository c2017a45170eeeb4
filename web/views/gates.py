"""Kiosks: added to an entrance with a one-time token, watched, revoked."""

from __future__ import annotations

import base64

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from web.services import gates, places
from web.views.session import installation, now_ms, require_sign_in, scope

gates_pages = Blueprint("gates", __name__)
gates_pages.before_request(require_sign_in)
_Page = Response | str | tuple[str, int]


@gates_pages.get("/kiosks")
def listed() -> _Page:
    """All kiosks in scope: when they were last heard of, and how they are."""
    return render_template("gates/list.html", kiosks=gates.listed(installation(), scope()))


@gates_pages.post("/venues/<venue_id>/entrances/<entrance_id>/enrolment")
def enrolment(venue_id: str, entrance_id: str) -> _Page:
    """Show a fresh one-time token as a QR and as text; it is nowhere else, so there is no redirect."""
    detail = places.venue(installation(), scope(), venue_id)
    entrance = next((door for door in detail.entrances if door.id == entrance_id), None)
    if entrance is None:
        abort(404)
    shown = gates.new_enrolment(installation(), scope(), entrance_id)
    picture = base64.b64encode(shown.svg.encode("utf-8")).decode("ascii")
    page = render_template(
        "gates/enrolment.html",
        venue=detail.row,
        entrance=entrance,
        shown=shown,
        picture=f"data:image/svg+xml;base64,{picture}",
        left_s=max(0, (shown.expires_ms - now_ms()) // 1000),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@gates_pages.post("/kiosks/<kiosk_id>/revoke")
def revoke(kiosk_id: str) -> _Page:
    """Withdraw a kiosk's credential."""
    gates.revoke_kiosk(installation(), scope(), kiosk_id)
    flash(gettext("The kiosk was withdrawn: it can no longer send or fetch anything."))
    return redirect(url_for("gates.listed"), 303)
