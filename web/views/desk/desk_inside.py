"""Who is inside now: how many by venue, one by one at a venue, swept out by a guard."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.http import dump_options_header

from domain.entry import is_entry_id
from domain.errors import InputError
from domain.hours import local_time
from web.services.desk.filtering import filters, filters_choices
from web.services.desk.inside import inside_list, roll_calls, sweeping
from web.services.desk.inside.inside import QUALITY_DAYS, Inside, inside
from web.services.desk.projecting.projecting_endings import set_end
from web.services.passing.checkin import new_entry_id
from web.services.places.places import DEFAULT_ZONE
from web.views.asking.session import installation, now_ms, scope
from web.views.every_page.language import said

desk_inside = Blueprint("desk_inside", __name__)

_PLACES = ("venue", "enterprise", "area")


@desk_inside.get("/desk/inside")
def page() -> ResponseReturnValue:
    """Who is inside the venues of the scope, or of a place in it."""
    asked = filters.from_args(installation(), scope(), _places(), DEFAULT_ZONE)
    wanted = asked.wanted
    found = _found(most=None if wanted.venue_id else 0)
    return render_template(
        "desk/inside.html",
        asked=asked,
        choices=filters_choices.offered(installation(), scope(), wanted),
        places={name: value for name, value in request.args.items() if name in _PLACES and value},
        zone=asked.zone,
        minted_id=new_entry_id(installation()),
        swept=sweeping.swept(installation(), scope(), wanted.venue_id) if wanted.venue_id else (),
        roll_calls=roll_calls.of_venue(installation(), scope(), wanted.venue_id) if wanted.venue_id else (),
        **_shown(found),
    )


@desk_inside.get("/desk/inside/now")
def now() -> ResponseReturnValue:
    """The part of the page that is alive."""
    venue_id = request.args.get("venue", "")
    answer = Response(render_template("desk/inside_now.html", **_shown(_found(None if venue_id else 0))))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@desk_inside.get("/desk/inside.csv")
def csv() -> ResponseReturnValue:
    """Who is inside as a table; the log says that it was taken out."""
    places = [request.args.get(name, "") for name in _PLACES]
    return _file(inside_list.csv(installation(), scope(), current_user.get_id(), *places), "text/csv", "csv")


@desk_inside.get("/desk/inside/<venue_id>.pdf")
def sheets(venue_id: str) -> ResponseReturnValue:
    """Who is inside a venue as sheets to tick."""
    made = inside_list.sheets(installation(), scope(), current_user.get_id(), venue_id)
    return _file(made, "application/pdf", "pdf")


@desk_inside.post("/desk/inside/<venue_id>/ends")
def ends(venue_id: str) -> ResponseReturnValue:
    """Set the hour at which whoever is not seen to leave is taken to have left."""
    try:
        set_end(installation(), scope(), venue_id, request.form.get("ends", ""))
    except InputError as error:
        flash(said(error.sentence))
    return redirect(url_for("desk_inside.page", venue=venue_id), 303)


@desk_inside.post("/desk/inside/<venue_id>/sweep")
def sweep(venue_id: str) -> ResponseReturnValue:
    """Let out who was ticked."""
    minted = request.form.get("form_id", "")
    minted = minted if is_entry_id(minted) else new_entry_id(installation())
    try:
        done = sweeping.sweep(
            installation(),
            scope(),
            venue_id,
            minted,
            request.form.getlist("gone"),
            account_id=current_user.get_id(),
        )
    except InputError as error:
        flash(said(error.sentence))
    else:
        flash(
            ngettext("%(num)d person is out now.", "%(num)d people are out now.", done)
            if done
            else gettext("They were out already.")
        )
    return redirect(url_for("desk_inside.page", venue=venue_id), 303)


@desk_inside.post("/desk/inside/<venue_id>/swept/<entry_id>/take-back")
def take_back(venue_id: str, entry_id: str) -> ResponseReturnValue:
    """Somebody who was swept out is inside after all."""
    try:
        sweeping.take_back(installation(), scope(), venue_id, entry_id, account_id=current_user.get_id())
    except InputError as error:
        flash(said(error.sentence))
    return redirect(url_for("desk_inside.page", venue=venue_id), 303)


def _places() -> dict[str, list[str]]:
    return {name: values for name, values in request.args.to_dict(flat=False).items() if name in _PLACES}


def _found(most: int | None) -> Inside:
    venue_id, enterprise_id, area_id = (request.args.get(name, "") for name in _PLACES)
    more = {} if most is None else {"most": most}
    return inside(
        installation(), scope(), venue_id or None, enterprise_id=enterprise_id, area_id=area_id, **more
    )


def _shown(found: Inside) -> dict[str, object]:
    return {"found": found, "venue_id": request.args.get("venue", ""), "quality_days": QUALITY_DAYS}


def _file(made: bytes, kind: str, ending: str) -> Response:
    stamp = f"{local_time(now_ms(), DEFAULT_ZONE):%Y%m%d-%H%M}"
    response = Response(made, mimetype=kind)
    names = {
        "filename": f"inside-{stamp}.{ending}",
        "filename*": f"UTF-8''{quote(f'在场名单-{stamp}.{ending}')}",
    }
    response.headers["Content-Disposition"] = dump_options_header("attachment", names)
    response.headers["Cache-Control"] = "no-store"
    return response
