"""Expected visitors of an enterprise: the day's list, announcing somebody, moving and withdrawing a visit."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from domain.hours import local_time
from web.services.places import places
from web.services.places.places import DEFAULT_ZONE
from web.services.visits import announcing, announcing_ends, announcing_expected, invitations
from web.services.visits.announcing_expected import Detail
from web.views.asking.session import installation, now_ms, scope
from web.views.every_page.forms import put_beside, typed
from web.views.visits.visits_forms import VisitForm, WhenForm

visits_pages = Blueprint("visits", __name__)
_Page = Response | str | tuple[str, int]


@visits_pages.get("/enterprises/<enterprise_id>/visits")
def listed(enterprise_id: str) -> _Page:
    """Whom the enterprise expects on a day, its invitations, and what can still be taken back."""
    inst, mine = installation(), scope()
    shown = announcing_expected.of_day(inst, mine, enterprise_id, _day(request.args.get("day", "")))
    return render_template(
        "visits/day.html",
        enterprise=places.enterprise(inst, mine, enterprise_id),
        shown=shown,
        today=_today(),
        before=(shown.day - timedelta(days=1)).isoformat(),
        after=(shown.day + timedelta(days=1)).isoformat(),
        invitations=invitations.listed(inst, mine, enterprise_id),
        batches=announcing_ends.batches(inst, mine, current_user.get_id(), enterprise_id),
    )


@visits_pages.route("/enterprises/<enterprise_id>/visits/new", methods=["GET", "POST"])
def new(enterprise_id: str) -> _Page:
    """Announce somebody, for one day or for the same hours of several."""
    owner = places.enterprise(installation(), scope(), enterprise_id)
    form = VisitForm()
    form.offer(places.venues(installation(), scope(), enterprise_id))
    if not form.is_submitted():
        form.day.data, form.from_time.data, form.until_time.data = _today(), "09:00", "18:00"
        return render_template("visits/new.html", form=form, enterprise=owner)
    if form.validate():
        try:
            done = announcing.announce(
                installation(), scope(), current_user.get_id(), enterprise_id, form.given
            )
        except InputError as error:
            put_beside(form, error)
        else:
            if not done.visit_ids:
                flash(gettext("This visit was announced before. Nothing was changed."))
                return redirect(url_for("visits.listed", enterprise_id=enterprise_id), 303)
            count = len(done.visit_ids)
            flash(ngettext("Announced for %(num)d day.", "Announced for %(num)d days.", count))
            return redirect(url_for("visits.visit", visit_id=done.visit_ids[0]), 303)
    return render_template("visits/new.html", form=form, enterprise=owner), 422


@visits_pages.get("/visits/<visit_id>")
def visit(visit_id: str) -> _Page:
    """One visit: who, to whom, when, whether they came, and what can be done about it."""
    told = announcing_expected.detail(installation(), scope(), visit_id)
    form = _move_form(told)
    zone = told.visit.zone
    begins, ends = local_time(told.visit.from_ms, zone), local_time(told.visit.until_ms, zone)
    form.venue_id.data, form.day.data = told.visit.venue_id, begins.date().isoformat()
    form.from_time.data, form.until_time.data = f"{begins:%H:%M}", f"{ends:%H:%M}"
    return _visit_page(told, form)


@visits_pages.post("/visits/<visit_id>/move")
def move(visit_id: str) -> _Page:
    """Another day, hour or venue."""
    told = announcing_expected.detail(installation(), scope(), visit_id)
    form = _move_form(told)
    try:
        made = announcing.move(
            installation(), scope(), current_user.get_id(), visit_id, typed(form, "venue_id"), form.when
        )
    except InputError as error:
        put_beside(form, error)
        return _visit_page(told, form), 422
    flash(gettext("The visit was moved. Kiosks follow with their next contact."))
    return redirect(url_for("visits.visit", visit_id=made), 303)


@visits_pages.post("/visits/<visit_id>/withdraw")
def withdraw(visit_id: str) -> _Page:
    """Withdraw one visit."""
    announcing_ends.withdraw(installation(), scope(), visit_id)
    flash(gettext("The visit was withdrawn. Kiosks follow with their next contact."))
    return redirect(url_for("visits.visit", visit_id=visit_id), 303)


@visits_pages.post("/visits/<visit_id>/withdraw-all")
def withdraw_series(visit_id: str) -> _Page:
    """Withdraw what is left of a series."""
    count = announcing_ends.withdraw_series(installation(), scope(), visit_id)
    flash(ngettext("%(num)d visit was withdrawn.", "%(num)d visits were withdrawn.", count))
    return redirect(url_for("visits.visit", visit_id=visit_id), 303)


@visits_pages.post("/enterprises/<enterprise_id>/visits/undo")
def undo(enterprise_id: str) -> _Page:
    """Take back what was announced with one press, and say what could not be."""
    batch = request.form.get("batch", "")
    undone = announcing_ends.undo(installation(), scope(), current_user.get_id(), batch)
    flash(ngettext("%(num)d visit was withdrawn.", "%(num)d visits were withdrawn.", undone.count))
    if undone.kept:
        flash(
            ngettext(
                "%(num)d stays, because somebody came already.",
                "%(num)d stay, because somebody came already.",
                undone.kept,
            )
        )
    return redirect(url_for("visits.listed", enterprise_id=enterprise_id), 303)


@visits_pages.app_template_filter("zone_clock")
def zone_clock(at_ms: int, zone: str) -> str:
    """The time of day in a zone, to the minute."""
    return f"{local_time(at_ms, zone):%H:%M}"


def _move_form(told: Detail) -> WhenForm:
    form = WhenForm()
    form.offer(places.venues(installation(), scope(), told.enterprise_id))
    return form


def _visit_page(told: Detail, form: WhenForm) -> str:
    return render_template(
        "visits/visit.html",
        told=told,
        visit=told.visit,
        form=form,
        is_over=told.visit.until_ms <= now_ms(),
        enterprise=places.enterprise(installation(), scope(), told.enterprise_id),
    )


def _today() -> str:
    return local_time(now_ms(), DEFAULT_ZONE).date().isoformat()


def _day(text: str) -> date | None:
    """The day in the address; None, so today, for what is no day or too far away for one before or after."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None
