"""Moving an enterprise or an area within the tree: where to, what that changes, and then one press."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.accounts import Account
from web.services.errors import NotFoundError
from web.services.places import areas, moving, places
from web.services.places.areas import AreaRow
from web.services.places.moving import Effects
from web.views.asking.session import SignedIn, installation, scope
from web.views.every_page.language import said

moving_pages = Blueprint("moving", __name__)
_Page = Response | str | tuple[str, int]


@moving_pages.get("/enterprises/<enterprise_id>/move")
def enterprise(enterprise_id: str) -> _Page:
    """Choose another area for an enterprise; chosen, what that would change."""
    if not areas.may_change(_account()):
        raise NotFoundError
    row = places.enterprise(installation(), scope(), enterprise_id)
    offered = [area for area in areas.tree(installation(), scope()) if area.id != row.area_id]
    back = url_for("enterprises.enterprise", enterprise_id=enterprise_id)
    return _asked(
        row.name,
        offered,
        back,
        lambda to: moving.enterprise_effects(installation(), _account(), enterprise_id, to),
    )


@moving_pages.post("/enterprises/<enterprise_id>/move")
def move_enterprise(enterprise_id: str) -> _Page:
    """Move it."""
    return _moved(
        lambda to: moving.move_enterprise(installation(), _account(), enterprise_id, to),
        gettext("The enterprise was moved. It can be moved back in the same way."),
        url_for("enterprises.enterprise", enterprise_id=enterprise_id),
    )


@moving_pages.get("/areas/<area_id>/move")
def area(area_id: str) -> _Page:
    """Choose what an area is to hang below; chosen, what that would change."""
    offered = moving.places_for_area(installation(), _account(), area_id)
    row = next(row for row in areas.tree(installation(), scope()) if row.id == area_id)
    return _asked(
        row.name,
        offered,
        url_for("areas.area", area_id=area_id),
        lambda to: moving.area_effects(installation(), _account(), area_id, to),
    )


@moving_pages.post("/areas/<area_id>/move")
def move_area(area_id: str) -> _Page:
    """Move it."""
    return _moved(
        lambda to: moving.move_area(installation(), _account(), area_id, to),
        gettext("The area was moved. It can be moved back in the same way."),
        url_for("areas.area", area_id=area_id),
    )


def _asked(name: str, offered: Sequence[AreaRow], back: str, effects_of: Callable[[str], Effects]) -> _Page:
    chosen = request.args.get("to", "")
    effects, wrong = None, ""
    if chosen:
        try:
            effects = effects_of(chosen)
        except InputError as error:
            wrong = said(error.sentence)
    page = render_template(
        "areas/move.html", name=name, offered=offered, back=back, chosen=chosen, effects=effects, wrong=wrong
    )
    return (page, 422) if wrong else page


def _moved(move: Callable[[str], None], done: str, back: str) -> _Page:
    try:
        move(request.form.get("to", ""))
    except InputError as error:
        flash(said(error.sentence))
    else:
        flash(done)
    return redirect(back, 303)


def _account() -> Account:
    return cast(SignedIn, current_user).account
