"""Liaisons: the board of who looks after whom, one liaison, and putting enterprises into their hands."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.places import areas, liaisons
from web.views.asking.session import installation, scope
from web.views.every_page.forms import put_beside, typed
from web.views.every_page.language import said
from web.views.places.place_forms import LiaisonForm

liaisons_pages = Blueprint("liaisons", __name__, url_prefix="/liaisons")
_Page = Response | str | tuple[str, int]


@liaisons_pages.get("")
def board() -> _Page:
    """Enterprises without a liaison first, then every liaison with theirs."""
    return _board(_form())


@liaisons_pages.post("")
def add() -> _Page:
    """Add a liaison."""
    form = _form()
    try:
        area = typed(form, "area") or _first_area()
        liaisons.add(installation(), scope(), area, typed(form, "name"), typed(form, "phone"))
    except InputError as error:
        put_beside(form, error)
        return _board(form), 422
    flash(gettext("The liaison was added."))
    return redirect(url_for("liaisons.board"), 303)


@liaisons_pages.post("/assign")
def assign() -> _Page:
    """Put the ticked enterprises into the chosen liaison's hands."""
    ticked = request.form.getlist("enterprise")
    try:
        done = liaisons.assign(installation(), scope(), ticked, request.form.get("liaison", ""))
    except InputError as error:
        flash(said(error.sentence))
    else:
        flash(ngettext("%(num)d enterprise was assigned.", "%(num)d enterprises were assigned.", done))
    return redirect(url_for("liaisons.board"), 303)


@liaisons_pages.route("/<liaison_id>", methods=["GET", "POST"])
def person(liaison_id: str) -> _Page:
    """One liaison in clear, with their enterprises; sent, name and phone put right."""
    form = _form()
    if form.is_submitted():
        try:
            liaisons.change(installation(), scope(), liaison_id, typed(form, "name"), typed(form, "phone"))
        except InputError as error:
            put_beside(form, error)
        else:
            flash(gettext("The liaison was changed."))
            return redirect(url_for("liaisons.board"), 303)
    row, clear = liaisons.person(installation(), scope(), liaison_id)
    if not form.is_submitted():
        form.name.data, form.phone.data = clear.name, clear.phone
    page = render_template("liaisons/person.html", liaison=row, clear=clear, form=form)
    return (page, 422) if form.is_submitted() else page


@liaisons_pages.post("/<liaison_id>/remove")
def remove(liaison_id: str) -> _Page:
    """Forget a liaison."""
    liaisons.remove(installation(), scope(), liaison_id)
    flash(gettext("The liaison was removed. Their enterprises wait for another one."))
    return redirect(url_for("liaisons.board"), 303)


def _board(form: LiaisonForm) -> str:
    return render_template("liaisons/board.html", board=liaisons.board(installation(), scope()), form=form)


def _form() -> LiaisonForm:
    form = LiaisonForm()
    form.area.choices = [
        (row.id, "\u2003" * row.depth + row.name) for row in areas.tree(installation(), scope())
    ]
    return form


def _first_area() -> str:
    return next((row.id for row in areas.tree(installation(), scope())), "")
