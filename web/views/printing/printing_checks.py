"""Checking a printed sheet by its photograph, or a file before it is printed."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.printing import printing_checks
from web.services.printing.printing_checks import PAPERS, Asked
from web.views.asking.session import installation, scope
from web.views.every_page.language import said

printing_checks_pages = Blueprint("printing_checks", __name__)
_Page = Response | str | tuple[str, int]


@printing_checks_pages.route("/prints/check", methods=["GET", "POST"])
def check() -> _Page:
    """The form; sent, what there is to say about every code in the file. Nothing of it is kept."""
    values, wrong, reports = request.values.to_dict(), ("", ""), None
    entrance_id = values.get("entrance", "")[:64]
    if request.method == "POST":
        upload = request.files.get("file")
        try:
            asked = _asked(values)
            data = upload.read(printing_checks.FILE_MOST) if upload else b""
            reports = printing_checks.inspected(installation(), scope(), data, asked, entrance_id)
        except InputError as error:
            wrong = (error.field if error.field == "distance" else "file", said(error.sentence))
    page = render_template(
        "printing/check.html",
        reports=reports,
        wrong=wrong,
        values=values,
        papers=PAPERS,
        entrance=printing_checks.entrance_called(installation(), scope(), entrance_id) if entrance_id else "",
        entrance_id=entrance_id,
    )
    return (page, 422) if wrong[0] else page


def _asked(values: dict[str, str]) -> Asked:
    typed = values.get("distance", "").strip().replace(",", ".")
    try:
        distance = float(typed) if typed else None
    except ValueError:
        distance = -1.0
    if distance is not None and not 0.02 <= distance <= 50:
        raise InputError(
            "distance", "Give a distance from 0.02 to 50 metres, or none.", "距离应为 0.02 至 50 米，或留空。"
        )
    return Asked(
        values.get("camera", "phone"), distance, values.get("paper", ""), values.get("what") == "file"
    )
