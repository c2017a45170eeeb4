"""Filters that one named: kept, and forgotten with a way back."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.desk.filtering import filters, saved
from web.services.places.places import DEFAULT_ZONE
from web.views.asking import sealing
from web.views.asking.session import installation, scope
from web.views.every_page.language import said

desk_saved_pages = Blueprint("desk_saved", __name__)
_REMOVED = "removed filter"
_UNDO_S = 3_600


@desk_saved_pages.post("/desk/saved")
def save() -> Response:
    """Keep the filter of the page under a name."""
    asked = parse_qs(request.form.get("query", ""))
    inst, account = installation(), current_user.get_id()
    wanted = filters.from_args(inst, scope(), asked, DEFAULT_ZONE).wanted
    try:
        saved.save(inst, scope(), wanted, account_id=account, name=request.form.get("name", ""))
        flash(gettext("The filter is saved."))
    except InputError as error:
        flash(said(error.sentence))
    # Written anew: what was sent may hold what no header takes, such as the end of a line.
    return redirect(f"{url_for('desk.entries')}?{urlencode(asked, doseq=True)}", 303)


@desk_saved_pages.post("/desk/saved/<filter_id>/remove")
def remove(filter_id: str) -> Response:
    """Forget a filter; the next page can bring it back."""
    gone = saved.remove(installation(), current_user.get_id(), filter_id)
    token = sealing.sealed(_REMOVED, {"name": gone.name, "query": gone.query, "by": current_user.get_id()})
    return redirect(url_for("desk.entries", undo=token), 303)


@desk_saved_pages.post("/desk/saved/undo")
def undo() -> Response:
    """Bring back a filter that was forgotten within the hour."""
    told = sealing.unsealed(_REMOVED, request.form.get("undo", ""), _UNDO_S)
    if told is None or told["by"] != current_user.get_id():
        abort(404)
    try:
        saved.kept(installation(), current_user.get_id(), str(told["name"]), str(told["query"]))
        flash(gettext("The filter is back."))
    except InputError as error:
        flash(said(error.sentence))
    return redirect(f"{url_for('desk.entries')}?{told['query']}", 303)
