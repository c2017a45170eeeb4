"""The logo of an enterprise: seen, handed in, taken away."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.places import logos, places
from web.views.asking.session import installation, scope
from web.views.every_page.language import said

logos_pages = Blueprint("logos", __name__)
_Page = Response | str | tuple[str, int]


@logos_pages.get("/enterprises/<enterprise_id>/logo")
def page(enterprise_id: str) -> _Page:
    """The logo there is, and a form for another."""
    return _shown(enterprise_id, "")


@logos_pages.post("/enterprises/<enterprise_id>/logo")
def put(enterprise_id: str) -> _Page:
    """Keep what was handed in."""
    upload = request.files.get("logo")
    try:
        logos.put(installation(), scope(), enterprise_id, upload.read() if upload else b"")
    except InputError as error:
        return _shown(enterprise_id, said(error.sentence)), 422
    flash(gettext("The logo is kept. It is on everything that is printed from now on."))
    return redirect(url_for("logos.page", enterprise_id=enterprise_id), 303)


@logos_pages.post("/enterprises/<enterprise_id>/logo/remove")
def remove(enterprise_id: str) -> _Page:
    """Forget the logo."""
    logos.remove(installation(), scope(), enterprise_id)
    flash(gettext("The logo was removed. Prints are made without it from now on."))
    return redirect(url_for("logos.page", enterprise_id=enterprise_id), 303)


@logos_pages.get("/enterprises/<enterprise_id>/logo.png")
def picture(enterprise_id: str) -> _Page:
    """The logo as a picture."""
    response = Response(logos.as_png(installation(), scope(), enterprise_id), mimetype="image/png")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _shown(enterprise_id: str, wrong: str) -> str:
    owner = places.enterprise(installation(), scope(), enterprise_id)
    has_logo = logos.of_enterprise(installation(), scope(), enterprise_id) is not None
    return render_template("printing/logo.html", enterprise=owner, has_logo=has_logo, wrong=wrong)
