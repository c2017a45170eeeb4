"""Kiosks: the fleet and what needs attention, and each kiosk with what can be done to it."""

from __future__ import annotations

import base64
import shlex

from flask import Blueprint, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.alert import KIND_NAMES
from domain.errors import InputError
from domain.remedy import REMEDY_NAMES
from web.services.gates import arriving, gates
from web.services.gates.fleet import fleet, rotation, silence
from web.services.gates.fleet.fleet_values import Presence
from web.services.places import places
from web.store.gates.fleet import Wanted
from web.views.asking.session import installation, now_ms, scope
from web.views.every_page.forms import KioskForm, put_beside, typed
from web.views.gates import fleet_words

gates_pages = Blueprint("gates", __name__)
gates_pages.add_app_template_filter(fleet_words.clock_offset, "clock_offset")
gates_pages.add_app_template_filter(fleet_words.span, "span")
_Page = Response | str | tuple[str, int]
_WIPE = "python -m kiosk wipe"


@gates_pages.get("/kiosks")
def listed() -> _Page:
    """The kiosks in scope, those that need attention first."""
    asked = {name: request.args.get(name, "")[:64] for name in ("enterprise", "venue", "state")}
    wanted = Wanted(asked["enterprise"], asked["venue"])
    everything = fleet.listed(installation(), scope())
    found = (
        fleet.listed(installation(), scope(), wanted, asked["state"]) if any(asked.values()) else everything
    )
    return render_template(
        "gates/list.html",
        units=found,
        asked=asked,
        is_empty=not everything,
        enterprises=sorted({(unit.enterprise_name, unit.enterprise_id) for unit in everything}),
        venues=sorted({(unit.venue_name, unit.venue_id) for unit in everything}),
        states=[fleet.ATTENTION, *Presence],
    )


@gates_pages.get("/kiosks/<kiosk_id>")
def kiosk(kiosk_id: str) -> _Page:
    """One kiosk: how it is, what it went through, what can be done."""
    return _kiosk(kiosk_id, None)


@gates_pages.post("/kiosks/<kiosk_id>/name")
def rename(kiosk_id: str) -> _Page:
    """Call it something else."""
    form = KioskForm()
    if not form.validate_on_submit():
        return _kiosk(kiosk_id, form), 400
    try:
        fleet.rename(installation(), scope(), kiosk_id, typed(form, "name"))
    except InputError as error:
        put_beside(form, error)
        return _kiosk(kiosk_id, form), 400
    flash(gettext("The kiosk has a new name."))
    return redirect(url_for("gates.kiosk", kiosk_id=kiosk_id), 303)


@gates_pages.post("/kiosks/<kiosk_id>/place")
def move(kiosk_id: str) -> _Page:
    """Let it stand at another entrance."""
    door = request.form.get("entrance", "")[:64]
    fleet.move(installation(), scope(), kiosk_id, door, current_user.get_id())
    flash(
        gettext(
            "Moved. The kiosk follows with its next contact; what it made before stays with its old entrance."
        )
    )
    return redirect(url_for("gates.kiosk", kiosk_id=kiosk_id), 303)


@gates_pages.post("/kiosks/<kiosk_id>/credential")
def rotate(kiosk_id: str) -> _Page:
    """Let it fetch a new credential."""
    rotation.ask(installation(), scope(), kiosk_id)
    flash(gettext("The kiosk fetches a new credential with its next contact."))
    return redirect(url_for("gates.kiosk", kiosk_id=kiosk_id), 303)


@gates_pages.post("/kiosks/<kiosk_id>/revoke")
def revoke(kiosk_id: str) -> _Page:
    """Withdraw its credential."""
    gates.revoke_kiosk(installation(), scope(), kiosk_id, current_user.get_id())
    flash(gettext("The kiosk was withdrawn: it can no longer send or fetch anything."))
    return redirect(url_for("gates.kiosk", kiosk_id=kiosk_id), 303)


@gates_pages.post("/venues/<venue_id>/entrances/<entrance_id>/enrolment")
def enrolment(venue_id: str, entrance_id: str) -> _Page:
    """Show a fresh one-time token as a QR and as text; it is nowhere else, so there is no redirect."""
    detail = places.venue(installation(), scope(), venue_id)
    entrance = next((door for door in detail.entrances if door.id == entrance_id), None)
    if entrance is None:
        abort(404)
    shown = gates.new_enrolment(installation(), scope(), entrance_id)
    picture = base64.b64encode(shown.svg.encode("utf-8")).decode("ascii")
    page = render_template(
        "gates/enrolment.html",
        venue=detail.row,
        entrance=entrance,
        shown=shown,
        ticket=arriving.ticket_of(shown.text),
        picture=f"data:image/svg+xml;base64,{picture}",
        left_s=max(0, (shown.expires_ms - now_ms()) // 1000),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@gates_pages.get("/kiosks/enrolments/<ticket>")
def arrived(ticket: str) -> _Page:
    """Whether the kiosk for which a code is shown has enrolled; for the script of that page."""
    watched = arriving.watched(installation(), scope(), ticket)
    page = url_for("gates.kiosk", kiosk_id=watched.kiosk_id) if watched.kiosk_id else ""
    response = jsonify(state=watched.state, name=watched.name, page=page)
    response.headers["Cache-Control"] = "no-store"
    return response


@gates_pages.app_context_processor
def badge() -> dict[str, object]:
    """How many kiosks are silent, for the navigation of every page of staff."""
    return {"silent_kiosks": _silent_kiosks, "fleet_words": fleet_words}


def _silent_kiosks() -> int:
    return silence.count(installation(), scope()) if current_user.is_authenticated else 0


def _kiosk(kiosk_id: str, form: KioskForm | None) -> str:
    detail = fleet.detail(installation(), scope(), kiosk_id)
    return render_template(
        "gates/kiosk.html",
        detail=detail,
        unit=detail.unit,
        form=form or KioskForm(formdata=None, name=detail.unit.name),
        wipe=f"{_WIPE} --entrance {shlex.quote(detail.unit.entrance_name)} --certificate wiped.txt",
        others=[door for door in detail.doors if door.id != detail.unit.entrance_id],
        alert_names={**{kind.value: name for kind, name in KIND_NAMES.items()}, **fleet_words.ALERT_KINDS},
        resolutions={**{way.value: name for way, name in REMEDY_NAMES.items()}, **fleet_words.RESOLUTIONS},
    )
