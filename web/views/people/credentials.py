"""What staff keep about a visitor: credentials and where they were."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from domain.errors import InputError
from domain.hours import local_time
from web.services.people import credentials, travels
from web.services.places.places import DEFAULT_ZONE
from web.views.asking.session import installation, scope
from web.views.every_page.forms import typed
from web.views.every_page.presenting import zone_date, zone_time
from web.views.people.fact_forms import CredentialForm, TravelForm
from web.views.people.visitor_page import visitor_page

credentials_pages = Blueprint("credentials", __name__)


@credentials_pages.post("/visitors/<visitor_id>/credentials")
def add(visitor_id: str) -> Response:
    """Keep a credential that staff saw."""
    form = CredentialForm()
    try:
        credentials.add(installation(), scope(), current_user.get_id(), visitor_id, form.given)
    except InputError as error:
        form.refuse(error)
        return visitor_page(visitor_id, credential=form)
    return _done(visitor_id, gettext("The credential is kept. Gates know it with their next contact."))


@credentials_pages.post("/visitors/<visitor_id>/credentials/<credential_id>/verify")
def verify(visitor_id: str, credential_id: str) -> Response:
    """Vouch for what the visitor declared."""
    credentials.verify(installation(), scope(), current_user.get_id(), visitor_id, credential_id)
    return _done(visitor_id, gettext("Verified."))


@credentials_pages.post("/visitors/<visitor_id>/credentials/<credential_id>/withdraw")
def withdraw(visitor_id: str, credential_id: str) -> Response:
    """End a credential that was wrong."""
    credentials.withdraw(installation(), scope(), visitor_id, credential_id)
    return _done(visitor_id, gettext("Withdrawn. It stays on the list and counts no more."))


@credentials_pages.post("/visitors/<visitor_id>/travels")
def travel(visitor_id: str) -> Response:
    """Keep where the visitor was."""
    form = TravelForm()
    area, day = typed(form, "area"), typed(form, "day")
    try:
        travels.note(installation(), scope(), current_user.get_id(), visitor_id, area, day)
    except InputError as error:
        form.refuse(error)
        return visitor_page(visitor_id, travel=form)
    return _done(visitor_id, gettext("Noted."))


@credentials_pages.post("/visitors/<visitor_id>/travels/<travel_id>/remove")
def remove_travel(visitor_id: str, travel_id: str) -> Response:
    """Take out what was noted by mistake."""
    travels.remove(installation(), scope(), visitor_id, travel_id)
    return _done(visitor_id, gettext("Removed."))


@credentials_pages.app_template_filter("since")
def since_shown(at_ms: int) -> Markup:
    """When something began: the day alone where no time was given."""
    return zone_date(at_ms, DEFAULT_ZONE) if _is_midnight(at_ms) else zone_time(at_ms, DEFAULT_ZONE)


@credentials_pages.app_template_filter("until")
def until_shown(at_ms: int) -> Markup:
    """When something ends: its last day where no time was given."""
    return zone_date(at_ms - 1, DEFAULT_ZONE) if _is_midnight(at_ms) else zone_time(at_ms, DEFAULT_ZONE)


def _is_midnight(at_ms: int) -> bool:
    at = local_time(at_ms, DEFAULT_ZONE)
    return (at.hour, at.minute, at.second) == (0, 0, 0)


def _done(visitor_id: str, sentence: str) -> Response:
    flash(sentence)
    return redirect(url_for("visitors.visitor", visitor_id=visitor_id), 303)
