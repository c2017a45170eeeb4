"""A visitor's own data through staff: handed over, or forgotten, for a purpose that the log keeps."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from domain.errors import InputError
from web.services.keeping import erasing, own_export, requests
from web.services.keeping.own_export import Export
from web.services.people import visitors
from web.views.asking.session import installation, scope
from web.views.every_page.language import said
from web.views.keeping import keeping_words

own_data_pages = Blueprint("own_data", __name__)


@own_data_pages.get("/visitors/<visitor_id>/data")
def page(visitor_id: str) -> ResponseReturnValue:
    """What may be done for this visitor, and what it means."""
    return _page(visitor_id)


@own_data_pages.post("/visitors/<visitor_id>/data")
def export(visitor_id: str) -> ResponseReturnValue:
    """All that is kept of the visitor, as a page to print or as a file for programs."""
    try:
        purpose = requests.checked(request.form.get("purpose", ""))
    except InputError as error:
        return _page(visitor_id, said(error.sentence)), 422
    made = own_export.export(
        installation(),
        scope(),
        visitor_id,
        erasing.STAFF,
        account_id=current_user.get_id(),
        purpose=purpose,
    )
    return handed_over(made, request.form.get("form", ""))


@own_data_pages.post("/visitors/<visitor_id>/erase")
def erase(visitor_id: str) -> ResponseReturnValue:
    """Forget the visitor everywhere, or as soon as no legal hold forbids it."""
    try:
        purpose = requests.checked(request.form.get("purpose", ""))
        if request.form.get("sure") != "1":
            raise InputError("sure", "Tick that you are sure.", "请勾选确认。")
    except InputError as error:
        return _page(visitor_id, said(error.sentence)), 422
    done = erasing.erase(
        installation(),
        scope(),
        visitor_id,
        erasing.STAFF,
        account_id=current_user.get_id(),
        purpose=purpose,
    )
    if done.state is erasing.State.HELD:
        flash(gettext("A legal hold forbids it now. It is done by itself when the hold is lifted."))
        return redirect(url_for("visitors.visitor", visitor_id=visitor_id), 303)
    flash(
        gettext("Forgotten. The gates follow with their next contact; the certificate says what was erased.")
    )
    return redirect(url_for("visitors.listed"), 303)


def handed_over(made: Export, form: str) -> Response:
    """The data as a download that no cache keeps."""
    if form == "json":
        response = Response(made.as_json(), mimetype="application/json")
    else:
        page = render_template("privacy/own_data.html", made=made, words=keeping_words)
        response = Response(page, mimetype="text/html")
    name = "json" if form == "json" else "html"
    response.headers["Content-Disposition"] = f"attachment; filename=own-data.{name}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(visitor_id: str, wrong: str = "") -> str:
    return render_template(
        "visitors/data.html",
        visitor=visitors.visitor(installation(), scope(), visitor_id),
        purposes=requests.PURPOSES,
        wrong=wrong,
    )
