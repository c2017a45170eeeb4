"""The tree of areas with what is in each; administrators add to it and give names."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.accounts import Account
from web.services.errors import NotFoundError
from web.services.places import areas, places
from web.views.asking.session import SignedIn, installation, scope
from web.views.every_page.forms import put_beside, typed
from web.views.every_page.language import said
from web.views.places.place_forms import AreaForm

areas_pages = Blueprint("areas", __name__, url_prefix="/areas")
_Page = Response | str | tuple[str, int]


@areas_pages.get("")
def tree() -> _Page:
    """The areas in scope and how much is in each."""
    return render_template(
        "areas/tree.html",
        areas=areas.tree(installation(), scope()),
        may_change=areas.may_change(_account()),
    )


@areas_pages.route("/<area_id>", methods=["GET", "POST"])
def area(area_id: str) -> _Page:
    """One area: its enterprises, the areas right below it, its name; sent, another name."""
    form = AreaForm()
    if not form.is_submitted():
        return _shown(area_id, form, AreaForm(formdata=None, prefix="new"))
    try:
        areas.rename(installation(), _account(), area_id, typed(form, "name"))
    except InputError as error:
        put_beside(form, error)
        return _shown(area_id, form, AreaForm(formdata=None, prefix="new")), 422
    flash(gettext("The area was renamed."))
    return redirect(url_for("areas.area", area_id=area_id), 303)


@areas_pages.post("/<area_id>/areas")
def add(area_id: str) -> _Page:
    """Add an area below this one."""
    form = AreaForm(prefix="new")
    try:
        areas.add(installation(), _account(), area_id, typed(form, "name"))
    except InputError as error:
        put_beside(form, error)
        return _shown(area_id, AreaForm(formdata=None), form), 422
    flash(gettext("The area was added."))
    return redirect(url_for("areas.area", area_id=area_id), 303)


@areas_pages.post("/<area_id>/remove")
def remove(area_id: str) -> _Page:
    """Take an empty area away."""
    try:
        areas.remove(installation(), _account(), area_id)
    except InputError as error:
        flash(said(error.sentence))
        return redirect(url_for("areas.area", area_id=area_id), 303)
    flash(gettext("The area was removed."))
    return redirect(url_for("areas.tree"), 303)


def _shown(area_id: str, form: AreaForm, new: AreaForm) -> str:
    tree = areas.tree(installation(), scope())
    here = next((row for row in tree if row.id == area_id), None)
    if here is None:
        raise NotFoundError
    if not form.is_submitted() or request.endpoint == "areas.add":
        form.name.data = here.name
    below = [row for row in tree if row.path.startswith(here.path) and row.depth == here.depth + 1]
    above = [row for row in tree if here.path.startswith(row.path) and row.id != here.id]
    return render_template(
        "areas/area.html",
        area=here,
        above=above,
        below=below,
        enterprises=places.enterprises_of_area(installation(), scope(), area_id),
        form=form,
        new=new,
        may_change=areas.may_change(_account()),
    )


def _account() -> Account:
    return cast(SignedIn, current_user).account
