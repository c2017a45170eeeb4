"""Holds as the staff set them: proposed by one, confirmed by another, lifted by anybody, one or a case's."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.installation import Installation
from web.services.people import case_holds, holds
from web.services.people.holds import HoldState
from web.store.scope import Scope
from web.views.asking.session import installation, scope
from web.views.every_page.language import said
from web.views.people.fact_forms import HoldForm
from web.views.people.visitor_page import visitor_page

holds_pages = Blueprint("holds", __name__)
_Act = Callable[[Installation, Scope, str, str, str], None]

_LISTED = 200


@holds_pages.get("/holds")
def listed() -> str:
    """Holds that wait for a second person, are in force, or are over."""
    own = current_user.get_id()
    return render_template(
        "visitors/holds.html",
        groups={state: holds.listed(installation(), scope(), state, _LISTED, rule="") for state in HoldState},
        cases=case_holds.cases(installation(), scope(), own),
        most=_LISTED,
        own_account=own,
    )


@holds_pages.get("/holds/cases/<case_id>")
def case(case_id: str) -> str:
    """The holds of one case: what the guard reads, how many stand how, and on whom."""
    return _case(case_id)


@holds_pages.post("/holds/cases/<case_id>/confirm")
def confirm_case(case_id: str) -> ResponseReturnValue:
    """Put all that others proposed into force."""
    counted = request.form.get("counted", "")
    try:
        done = case_holds.confirm(installation(), scope(), current_user.get_id(), case_id, counted)
    except InputError as error:
        return _case(case_id, said(error.sentence)), 422
    flash(gettext("In force: %(num)s holds. Gates follow at once.", num=done))
    return redirect(url_for("holds.case", case_id=case_id), 303)


@holds_pages.post("/holds/cases/<case_id>/turn-down")
def turn_down_case(case_id: str) -> Response:
    """Turn down all that wait."""
    return _ended(case_id, HoldState.WAITING)


@holds_pages.post("/holds/cases/<case_id>/lift")
def lift_case(case_id: str) -> Response:
    """Lift all that are in force."""
    return _ended(case_id, HoldState.IN_FORCE)


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


def _case(case_id: str, wrong: str = "") -> str:
    inst, own = installation(), current_user.get_id()
    groups = {state: holds.listed(inst, scope(), state, _LISTED, rule=case_id) for state in HoldState}
    return render_template(
        "visitors/holds_case.html",
        case=case_holds.case(inst, scope(), own, case_id),
        groups=groups,
        most=_LISTED,
        own_account=own,
        wrong=wrong,
    )


def _ended(case_id: str, state: HoldState) -> Response:
    try:
        done = case_holds.end(installation(), scope(), current_user.get_id(), case_id, state)
        flash(gettext("Over: %(num)s holds. Gates follow at once.", num=done))
    except InputError as error:
        flash(said(error.sentence))
    return redirect(url_for("holds.case", case_id=case_id), 303)


def _acted(act: _Act, visitor_id: str, hold_id: str, done: str) -> Response:
    try:
        act(installation(), scope(), current_user.get_id(), visitor_id, hold_id)
        flash(done)
    except InputError as error:
        flash(said(error.sentence))
    if request.form.get("from") == "holds":
        return redirect(url_for("holds.listed"), 303)
    return redirect(url_for("visitors.visitor", visitor_id=visitor_id), 303)
