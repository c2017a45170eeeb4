"""What kiosks sent and could not be taken, and entries brought in as a file from a withdrawn kiosk."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError, TamperedError
from web.services.findings import quarantine
from web.services.gates import importing
from web.views.asking.session import installation, scope
from web.views.every_page.language import said

quarantine_pages = Blueprint("quarantine", __name__)
_Page = Response | str | tuple[str, int]


@quarantine_pages.get("/quarantine")
def listed() -> _Page:
    """What waits for a look, or what was looked at."""
    settled, before = request.args.get("settled") == "1", request.args.get("before", "")
    items, older = quarantine.listed(installation(), scope(), settled=settled, before=before)
    return render_template("inbox/quarantine.html", items=items, older=older, settled=settled, before=before)


@quarantine_pages.get("/quarantine/<int:item_id>")
def item(item_id: int) -> _Page:
    """One of them, its people masked."""
    return _shown(item_id)


@quarantine_pages.post("/quarantine/<int:item_id>/take")
def take(item_id: int) -> _Page:
    """Keep it as a new entry."""
    note = request.form.get("note", "")
    try:
        quarantine.take(installation(), scope(), current_user.get_id(), item_id, note)
    except InputError as error:
        return _shown(item_id, said(error.sentence), note), 400
    flash(gettext("It is in the log now, marked as imported."))
    return redirect(url_for("quarantine.listed"), 303)


@quarantine_pages.post("/quarantine/<int:item_id>/dismiss")
def dismiss(item_id: int) -> _Page:
    """Leave it out of the log."""
    note = request.form.get("note", "")
    try:
        quarantine.dismiss(installation(), scope(), current_user.get_id(), item_id, note)
    except InputError as error:
        return _shown(item_id, said(error.sentence), note), 400
    flash(gettext("Dismissed. It stays here with the reason."))
    return redirect(url_for("quarantine.listed"), 303)


@quarantine_pages.get("/quarantine/bring")
def bring() -> _Page:
    """Where a kiosk's file is handed in."""
    return render_template("inbox/bring.html", wrong="")


@quarantine_pages.post("/quarantine/bring")
def brought() -> _Page:
    """Take the file in."""
    file = request.files.get("file")
    body = file.read() if file else b""
    try:
        done = importing.imported(installation(), scope(), body)
    except (InputError, TamperedError) as error:
        return render_template("inbox/bring.html", wrong=said(error.sentence)), 400
    flash(
        gettext(
            "%(kiosk)s: %(stored)s new, %(duplicate)s already here, %(refused)s in quarantine.",
            kiosk=done.kiosk_name,
            stored=done.stored,
            duplicate=done.duplicate,
            refused=done.refused,
        )
    )
    return redirect(url_for("inbox.listed"), 303)


@quarantine_pages.before_request
def _room_for_a_file() -> None:
    if request.endpoint == f"{quarantine_pages.name}.{brought.__name__}":
        request.max_content_length = importing.FILE_MOST


def _shown(item_id: int, wrong: str = "", note: str = "") -> str:
    found = quarantine.detail(installation(), scope(), item_id)
    return render_template("inbox/item.html", detail=found, item=found.item, wrong=wrong, note=note)
