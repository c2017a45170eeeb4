"""Putting right what enterprises, venues and entrances are."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.errors import ExistsError
from web.services.places import enterprises_details, liaisons, places, places_changing
from web.services.places.enterprises_details import Given
from web.views.asking.session import installation, scope
from web.views.every_page.forms import parsed_capacity, put_beside, typed
from web.views.every_page.language import said
from web.views.places.place_forms import EnterpriseEditForm, VenueEditForm

place_editing = Blueprint("place_editing", __name__)
_Page = Response | str | tuple[str, int]


@place_editing.route("/enterprises/<enterprise_id>/edit", methods=["GET", "POST"])
def enterprise(enterprise_id: str) -> _Page:
    """The form for an enterprise; sent, what is known of it put right."""
    known = enterprises_details.detail(installation(), scope(), enterprise_id)
    form = EnterpriseEditForm()
    if not form.is_submitted():
        _filled(form, known.given)
        return render_template(
            "enterprises/edit.html", form=form, enterprise_id=enterprise_id, given=known.given
        )
    try:
        enterprises_details.change(installation(), scope(), enterprise_id, _given(form))
    except InputError as error:
        put_beside(form, error)
        page = render_template(
            "enterprises/edit.html", form=form, enterprise_id=enterprise_id, given=known.given
        )
        return page, 422
    flash(gettext("The enterprise was changed."))
    return redirect(url_for("enterprises.enterprise", enterprise_id=enterprise_id), 303)


@place_editing.post("/enterprises/<enterprise_id>/liaison")
def liaison(enterprise_id: str) -> _Page:
    """Put the enterprise into a liaison's hands."""
    try:
        liaisons.assign(installation(), scope(), [enterprise_id], request.form.get("liaison", ""))
    except InputError as error:
        flash(said(error.sentence))
    else:
        flash(gettext("The liaison of this enterprise was changed."))
    return redirect(url_for("enterprises.enterprise", enterprise_id=enterprise_id), 303)


@place_editing.route("/venues/<venue_id>/edit", methods=["GET", "POST"])
def venue(venue_id: str) -> _Page:
    """The form for a venue; sent, what it is put right."""
    detail = places.venue(installation(), scope(), venue_id)
    form = VenueEditForm()
    if not form.is_submitted():
        for field in ("name", "address", "kind", "time_zone"):
            getattr(form, field).data = getattr(detail.row, field)
        form.capacity.data = "" if detail.capacity is None else str(detail.capacity)
        form.surrounds.data = detail.surrounds
        return render_template("venues/edit.html", form=form, venue=detail.row)
    try:
        places_changing.change_venue(
            installation(),
            scope(),
            venue_id,
            name=typed(form, "name"),
            address=typed(form, "address"),
            kind=typed(form, "kind"),
            capacity=parsed_capacity(typed(form, "capacity")),
            time_zone=typed(form, "time_zone"),
            surrounds=bool(form.surrounds.data),
        )
    except InputError as error:
        put_beside(form, error)
    except ExistsError as error:
        form.form_errors.append(said(error.sentence))
    else:
        flash(gettext("The venue was changed. Posters follow at once, kiosks with their next contact."))
        return redirect(url_for("enterprises.venue", venue_id=venue_id), 303)
    return render_template("venues/edit.html", form=form, venue=detail.row), 422


@place_editing.post("/venues/<venue_id>/entrances/<entrance_id>/name")
def entrance(venue_id: str, entrance_id: str) -> _Page:
    """Give an entrance another name."""
    try:
        places_changing.rename_entrance(installation(), scope(), entrance_id, request.form.get("name", ""))
    except (InputError, ExistsError) as error:
        flash(said(error.sentence))
    else:
        flash(gettext("The entrance was renamed. Posters that hang there keep the old name until reprinted."))
    return redirect(url_for("enterprises.venue", venue_id=venue_id), 303)


def _filled(form: EnterpriseEditForm, given: Given) -> None:
    for field in ("name", "credit_code", "size_class", "contact_name", "contact_phone"):
        getattr(form, field).data = getattr(given, field)
    form.enterprise_kind.data = given.kind


def _given(form: EnterpriseEditForm) -> Given:
    return Given(
        typed(form, "name"),
        typed(form, "credit_code"),
        typed(form, "enterprise_kind"),
        typed(form, "size_class"),
        typed(form, "contact_name"),
        typed(form, "contact_phone"),
    )
