"""Holds as the staff set them: proposed by one, confirmed by another, lifted by anybody."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.installation import Installation
from web.services.people import holds
from web.services.people.holds import HoldState
from web.store.scope import Scope
from web.views.fact_forms import HoldForm
from web.views.language import said
from web.views.session import installation, scope
from web.views.visitor_page import visitor_page

holds_pages = Blueprint("holds", __name__)
_Act = Callable[[Installation, Scope, str, str, str], None]

_LISTED = 200


@holds_pages.get("/holds")
def listed() -> str:
    """Holds that wait for a second person, are in force, or are over."""
    groups = {state: holds.listed(installation(), scope(), state, _LISTED) for state in HoldState}
    return render_template(
        "visitors/holds.html", groups=groups, most=_LISTED, own_account=current_user.get_id()
    )


@holds_pages.post("/visitors/<visitor_id>/holds")
def propose(visitor_id: str) -> Response:
    """Propose a hold."""
    form = HoldForm()
    try:
        holds.propose(installation(), scope(), current_user.get_id(), visitor_id, form.given)
    except InputError as error:
        form.refuse(error)
        return visitor_page(visitor_id, hold=form)
    flash(gettext("Proposed. It is in force once somebody else confirms it."))
    return redirect(url_for("visitors.visitor", visitor_id=visitor_id), 303)


@holds_pages.post("/visitors/<visitor_id>/holds/<hold_id>/confirm")
def confirm(visitor_id: str, hold_id: str) -> Response:
    """Put somebody else's proposal into force."""
    return _acted(holds.confirm, visitor_id, hold_id, gettext("The hold is in force. Gates follow at once."))


@holds_pages.post("/visitors/<visitor_id>/holds/<hold_id>/lift")
def lift(visitor_id: str, hold_id: str) -> Response:
    """End a hold, or turn a proposal down."""
    return _acted(holds.lift, visitor_id, hold_id, gettext("The hold is over. Gates follow at once."))


def _acted(act: _Act, visitor_id: str, hold_id: str, done: str) -> Response:
    try:
        act(installation(), scope(), current_user.get_id(), visitor_id, hold_id)
        flash(done)
    except InputError as error:
        flash(said(error.sentence))
    if request.form.get("from") == "holds":
        return redirect(url_for("holds.listed"), 303)
    return redirect(url_for("visitors.visitor", visitor_id=visitor_id), 303)
