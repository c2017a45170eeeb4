"""What a venue's gates show and who may use their staff's side: PIN, speech, notices."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.gates import gate_settings
from web.services.places import places
from web.views.asking.session import installation, scope
from web.views.every_page.forms import NoticeForm, PinForm, put_beside, typed

gate_settings_pages = Blueprint("gate_settings", __name__)
_Page = Response | str | tuple[str, int]


@gate_settings_pages.get("/venues/<venue_id>/gates")
def page(venue_id: str) -> _Page:
    """The settings of the venue's gates."""
    return _shown(venue_id, PinForm(formdata=None), NoticeForm(formdata=None))


@gate_settings_pages.post("/venues/<venue_id>/gates/pin")
def pin(venue_id: str) -> _Page:
    """Set a PIN, or take it away."""
    form = PinForm()
    taking_away = request.form.get("remove") == "1"
    if not taking_away and not form.validate_on_submit():
        return _shown(venue_id, form, NoticeForm(formdata=None)), 400
    try:
        gate_settings.set_pin(installation(), scope(), venue_id, "" if taking_away else typed(form, "pin"))
    except InputError as error:
        put_beside(form, error)
        return _shown(venue_id, form, NoticeForm(formdata=None)), 400
    flash(gettext("Saved. Gates follow with their next contact."))
    return redirect(url_for("gate_settings.page", venue_id=venue_id), 303)


@gate_settings_pages.post("/venues/<venue_id>/gates/speech")
def speech(venue_id: str) -> _Page:
    """Let the gates speak, or be silent."""
    gate_settings.set_speaks(installation(), scope(), venue_id, request.form.get("speaks") == "1")
    flash(gettext("Saved. Gates follow with their next contact."))
    return redirect(url_for("gate_settings.page", venue_id=venue_id), 303)


@gate_settings_pages.post("/venues/<venue_id>/gates/notices")
def notice(venue_id: str) -> _Page:
    """Put up a notice."""
    form = NoticeForm()
    if not form.validate_on_submit():
        return _shown(venue_id, PinForm(formdata=None), form), 400
    picture = request.files.get("picture")
    body = picture.read() if picture else b""
    try:
        gate_settings.add_notice(
            installation(), scope(), venue_id, typed(form, "zh"), typed(form, "en"), body
        )
    except InputError as error:
        put_beside(form, error)
        return _shown(venue_id, PinForm(formdata=None), form), 400
    flash(gettext("The notice is up. Gates show it after their next contact."))
    return redirect(url_for("gate_settings.page", venue_id=venue_id), 303)


@gate_settings_pages.post("/venues/<venue_id>/gates/notices/<notice_id>/remove")
def remove_notice(venue_id: str, notice_id: str) -> _Page:
    """Take a notice down."""
    gate_settings.remove_notice(installation(), scope(), venue_id, notice_id)
    flash(gettext("The notice was taken down."))
    return redirect(url_for("gate_settings.page", venue_id=venue_id), 303)


def _shown(venue_id: str, pin_form: PinForm, notice_form: NoticeForm) -> str:
    detail = places.venue(installation(), scope(), venue_id)
    shown = gate_settings.shown(installation(), scope(), venue_id)
    return render_template(
        "gates/settings.html", venue=detail.row, shown=shown, pin_form=pin_form, notice_form=notice_form
    )
