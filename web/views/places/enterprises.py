"""Enterprises, their venues and the venues' entrances: from an empty system to a door."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from domain.errors import InputError
from domain.venue import VenueState
from web.services.desk.inside import inside
from web.services.errors import ExistsError
from web.services.gates.fleet import fleet
from web.services.places import areas, enterprises_details, liaisons, places
from web.services.places.place_rows import EnterpriseRow
from web.services.places.places import VENUE_KINDS
from web.services.places.posters import applications, enterprise_codes, posters
from web.services.visits import announcing_expected
from web.store.gates.fleet import Wanted
from web.views.asking.session import installation, scope
from web.views.every_page.forms import (
    EntranceForm,
    VenueForm,
    parsed_capacity,
    put_beside,
    typed,
)
from web.views.every_page.language import said
from web.views.places.place_forms import NewEnterpriseForm

enterprises = Blueprint("enterprises", __name__)
_Page = Response | str | tuple[str, int]

_INSIDE_SHOWN = 12
_SHOWN_MOST = 8


@enterprises.get("/")
def home() -> _Page:
    """All enterprises and venues in scope with today's figures, and what to do next."""
    venues = places.venues(installation(), scope())
    applied = applications.listed(installation(), scope())
    is_applicant = bool(scope().enterprise_id)
    approved = [one for one in venues if one.state == VenueState.APPROVED and is_applicant]
    return render_template(
        "home.html",
        enterprises=places.enterprises(installation(), scope()),
        venues=venues,
        may_add=not is_applicant,
        to_review=sum(not one.returned_for for one in applied),
        # Whoever applied reads here what the office decided, and what to do now.
        returned=[one for one in applied if one.returned_for and is_applicant],
        approved=approved,
        to_print=applications.to_print(installation(), scope()) if approved else {},
    )


@enterprises.route("/enterprises/new", methods=["GET", "POST"])
def new_enterprise() -> _Page:
    """Add an enterprise, then go on to its first venue."""
    form = NewEnterpriseForm()
    form.area.choices = [
        (row.id, "\u2003" * row.depth + row.name) for row in areas.tree(installation(), scope())
    ]
    if not form.is_submitted():
        form.area.data = request.args.get("area", "")
        return render_template("enterprises/new.html", form=form)
    if form.validate():
        try:
            identity = places.create_enterprise(
                installation(), scope(), typed(form, "name"), typed(form, "credit_code"), typed(form, "area")
            )
        except InputError as error:
            put_beside(form, error)
        else:
            return redirect(url_for("enterprises.new_venue", enterprise_id=identity), 303)
    return render_template("enterprises/new.html", form=form), 422


@enterprises.get("/enterprises/<enterprise_id>")
def enterprise(enterprise_id: str) -> _Page:
    """One enterprise: its venues, who is expected and inside, its codes and kiosks."""
    return render_template(
        "enterprises/page.html",
        expected=announcing_expected.of_day(installation(), scope(), enterprise_id),
        inside=inside.inside(installation(), scope(), enterprise_id=enterprise_id, most=_INSIDE_SHOWN),
        codes=enterprise_codes.codes(installation(), scope(), enterprise_id),
        kiosks=fleet.listed(installation(), scope(), Wanted(enterprise_id=enterprise_id)),
        shown_most=_SHOWN_MOST,
        enterprise=places.enterprise(installation(), scope(), enterprise_id),
        venues=places.venues(installation(), scope(), enterprise_id),
        about=enterprises_details.detail(installation(), scope(), enterprise_id),
        liaison_choices=liaisons.board(installation(), scope()).liaisons,
        enterprise_kinds=enterprises_details.ENTERPRISE_KINDS,
        size_classes=enterprises_details.SIZE_CLASSES,
    )


@enterprises.route("/enterprises/<enterprise_id>/venues/new", methods=["GET", "POST"])
def new_venue(enterprise_id: str) -> _Page:
    """Add a venue, then go on to its first entrance."""
    owner = places.enterprise(installation(), scope(), enterprise_id)
    form, there = VenueForm(), None
    if not form.is_submitted():
        return render_template(
            "venues/new.html", form=form, enterprise=owner, steps=_steps(owner, venues_before=0)
        )
    if form.validate():
        try:
            identity = places.create_venue(
                installation(),
                scope(),
                enterprise_id,
                name=typed(form, "name"),
                address=typed(form, "address"),
                kind=typed(form, "kind"),
                capacity=parsed_capacity(typed(form, "capacity")),
                # What an enterprise adds itself is looked at before it gets its codes.
                applies=bool(scope().enterprise_id),
            )
        except InputError as error:
            put_beside(form, error)
        except ExistsError as error:
            there = places.venue(installation(), scope(), error.identity)
            if not there.entrances:  # pressed twice: go on where the first press leads
                flash(said(error.sentence))
                return redirect(url_for("enterprises.venue", venue_id=error.identity), 303)
            form.form_errors.append(said(error.sentence))
        else:
            return redirect(url_for("enterprises.venue", venue_id=identity), 303)
    steps = _steps(owner, venues_before=0)
    page = render_template("venues/new.html", form=form, enterprise=owner, steps=steps, there=there)
    return page, 422


@enterprises.get("/venues/<venue_id>")
def venue(venue_id: str) -> _Page:
    """One venue: its entrances with their posters and kiosks."""
    return _venue_page(venue_id, EntranceForm())


@enterprises.post("/venues/<venue_id>/entrances")
def new_entrance(venue_id: str) -> _Page:
    """Add an entrance, issue its poster and show the poster to print: one press for a printed door."""
    form = EntranceForm()
    if not form.validate():
        return _venue_page(venue_id, form), 422
    try:
        entrance_id = places.create_entrance(installation(), scope(), venue_id, typed(form, "name"))
    except InputError as error:
        put_beside(form, error)
        return _venue_page(venue_id, form), 422
    except ExistsError as error:
        flash(said(error.sentence))
        return redirect(url_for("enterprises.venue", venue_id=venue_id), 303)
    if applications.of_venue(installation(), scope(), venue_id):
        return redirect(url_for("enterprises.venue", venue_id=venue_id), 303)
    poster_id = posters.issue(installation(), scope(), entrance_id)
    return redirect(url_for("posters.poster", venue_id=venue_id, poster_id=poster_id), 303)


@enterprises.post("/venues/<venue_id>/state")
def venue_state(venue_id: str) -> _Page:
    """Open, pause or close a venue; every one of these can be taken back the same way."""
    try:
        places.set_venue_state(installation(), scope(), venue_id, request.form.get("state", ""))
    except (InputError, ExistsError) as error:
        flash(said(error.sentence))
    else:
        flash(gettext("The venue was changed. Posters follow at once, kiosks with their next contact."))
    return redirect(url_for("enterprises.venue", venue_id=venue_id), 303)


def _venue_page(venue_id: str, form: EntranceForm) -> str:
    detail = places.venue(installation(), scope(), venue_id)
    steps = 0
    if not detail.entrances:
        steps = _steps(places.enterprise(installation(), scope(), detail.row.enterprise_id), venues_before=1)
        if not form.is_submitted():
            form.name.data = gettext("Main entrance")
    return render_template(
        "venues/page.html",
        detail=detail,
        venue=detail.row,
        form=form,
        kinds=VENUE_KINDS,
        application=applications.of_venue(installation(), scope(), venue_id),
        may_review=not scope().enterprise_id,
        steps=steps,
    )


def _steps(owner: EnterpriseRow, *, venues_before: int) -> int:
    """Steps to a poster: three for whoever began with the enterprise, two where it was there already."""
    began_with_it = not scope().enterprise_id and owner.venues == venues_before
    return 3 if began_with_it else 2
