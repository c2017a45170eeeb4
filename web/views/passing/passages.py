"""The staff's page at an entrance: find or register somebody, one press decides and records."""

from __future__ import annotations

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from domain.venue import parsed_short_number
from web.services.passing import checkin, passages
from web.services.passing.own_entries import Recorded, repeatable_id
from web.services.passing.passage_typing import Typed
from web.services.passing.passages import Several
from web.views.asking.session import installation, scope
from web.views.every_page.forms import put_beside, typed
from web.views.every_page.language import said
from web.views.passing.passage_forms import PassageForm

passages_pages = Blueprint("passages", __name__)
_Page = Response | str | tuple[str, int]

_ENTRY_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# What a hand scanner ends a code with; a space may belong to the code.
_SCANNER_ENDS = "\r\n\t"


@passages_pages.route("/entrances/<entrance_id>/passages", methods=["GET", "POST"])
def desk(entrance_id: str) -> _Page:
    """The form, ready for the next person; above it the answer about the one before."""
    form = PassageForm()
    if not form.is_submitted():
        told = passages.told(installation(), scope(), entrance_id, request.args.get("entry", ""))
        form.direction.data = told.direction if told else "in"
        return _page(entrance_id, form, told=told)
    form.validate()
    try:
        done = passages.record(
            installation(), scope(), entrance_id, _typed(form), account_id=current_user.get_id()
        )
    except InputError as error:
        put_beside(form, error)
        return _page(entrance_id, form), 422
    if isinstance(done, Several):
        return _page(entrance_id, form, several=done)
    if not done.entry_id:
        form = PassageForm(formdata=None, direction=typed(form, "direction"))
        return _page(entrance_id, form, unkept=done)
    return redirect(url_for("passages.desk", entrance_id=entrance_id, entry=done.entry_id), 303)


@passages_pages.post("/entrances/<entrance_id>/passages/<entry_id>/take-back")
def take_back(entrance_id: str, entry_id: str) -> _Page:
    """Take an entry back with another one that corrects it."""
    try:
        done = passages.take_back(
            installation(), scope(), entrance_id, entry_id, account_id=current_user.get_id()
        )
    except InputError as error:
        flash(said(error.sentence))
        return redirect(url_for("passages.desk", entrance_id=entrance_id), 303)
    return redirect(url_for("passages.desk", entrance_id=entrance_id, entry=done.entry_id), 303)


def _page(
    entrance_id: str,
    form: PassageForm,
    *,
    told: passages.Told | None = None,
    several: Several | None = None,
    unkept: Recorded | None = None,
) -> str:
    if not _ENTRY_ID.fullmatch(typed(form, "entry_id")):
        form.entry_id.data = checkin.new_entry_id(installation())
    # A choice among several is made by its own button; a new attempt begins without it.
    form.visitor_id.data = ""
    if form.who.errors and not (typed(form, "name") or typed(form, "phone")):
        _handed_on(form)
    return render_template(
        "passages/desk.html",
        desk=passages.desk(installation(), scope(), entrance_id),
        form=form,
        told=told,
        answer=told.answer if told else unkept,
        several=several,
    )


def _handed_on(form: PassageForm) -> None:
    """Put what named nobody where it belongs when that person is registered now."""
    text = typed(form, "who").strip()
    if parsed_short_number(text) or not text:
        return
    is_phone = sum(letter.isdigit() for letter in text) > len(text) / 2
    (form.phone if is_phone else form.name).data = text


def _typed(form: PassageForm) -> Typed:
    minted = typed(form, "entry_id")
    given = Typed(
        entry_id=minted if _ENTRY_ID.fullmatch(minted) else checkin.new_entry_id(installation()),
        who=typed(form, "who").strip(_SCANNER_ENDS),
        in_vehicle=bool(form.in_vehicle.data),
        **{name: typed(form, name) for name in _PLAIN},
    )
    return given.under(repeatable_id(given.entry_id, *given.all()))


_PLAIN = (
    *("visitor_id", "name", "phone", "visitor_class", "direction", "temperature", "companions"),
    *("plate", "others", "phones"),
)
