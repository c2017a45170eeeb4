"""The form behind a poster: who, and only what the rules of this entrance ask for besides."""
# mypy: disallow-subclassing-any=False
# (Flask-WTF and WTForms have no types; the fields are read through `typed` only.)

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField, TextAreaField

from domain.visitor import cleaned, normalised_phone, normalised_plate
from web.services.passing.checkin import CheckIn
from web.services.passing.own_entries import repeatable_id
from web.services.passing.poster_pages import PosterPage
from web.services.people.credential_values import Given
from web.services.people.declaring import NOTHING, Declared
from web.views.every_page.forms import Checked, typed

_ENTRY_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_PERSON = ("name", "phone")
_VEHICLE = ("in_vehicle", "plate")
_OTHERS = ("others", "phones")
_PARTS = ("since", "time", "until")
_FIELDS = (*_PERSON, *_VEHICLE, *_OTHERS, "temperature", "companions", "areas", "area_day")


class DoorForm(FlaskForm):
    """What a visitor says at a poster; `entry_id` was made with the page, so that twice is once (W8)."""

    entry_id = HiddenField()
    name = StringField(_("Your name"), [Checked(lambda text: cleaned(text, "name"))])
    phone = StringField(_("Your phone number"), [Checked(normalised_phone)])
    temperature = StringField(_("Your temperature in °C"))
    companions = StringField(_("How many come with you"))
    in_vehicle = BooleanField(_("I came by car"))
    plate = StringField(_("Number plate"), [Checked(normalised_plate, optional=True)])
    others = StringField(_("How many others are in it"))
    phones = TextAreaField(_("Their phones"))
    areas = SelectMultipleField(validate_choice=False)
    area_day = StringField(_("The last day you were there"))


def door_form(page: PosterPage, *, leaving: bool) -> DoorForm:
    """The form of one poster: without what its rules do not ask, and with the proofs they do ask for."""
    fields: dict[str, Any] = {}
    for asked in () if leaving else page.asks.credentials:
        # Of what may only be so old, the hour counts; anything else has a first and a last day.
        fields[f"{asked.key}_since"] = StringField(_("Day") if asked.max_age_hours else _("Since"))
        fields[f"{asked.key}_time"] = StringField(_("Time"))
        fields[f"{asked.key}_until"] = StringField(_("Good until the end of"))
    form: DoorForm = type("AskingForm", (DoorForm,), fields)()
    for name in _unasked(page, leaving=leaving):
        delattr(form, name)
    return form


class Sent:
    """What a phone sent, as far as its poster asks for it; making a form of it costs more than the entry."""

    def __init__(self, values: MultiDict[str, str], page: PosterPage, *, leaving: bool) -> None:
        proofs = () if leaving else page.asks.credentials
        names = {*_FIELDS, *(f"{asked.key}_{part}" for asked in proofs for part in _PARTS)}
        self._values, self._names = values, names - _unasked(page, leaving=leaving)

    def text(self, name: str) -> str:
        """What was typed into a field, "" where this poster does not ask for it."""
        return self._values.get(name, "") if name in self._names else ""

    def is_ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.text(name) not in ("", "false")

    def chosen(self, name: str) -> tuple[str, ...]:
        """What was chosen of a list."""
        return tuple(self._values.getlist(name)) if name in self._names else ()


class _Filled:
    """The same of a form that was made and checked."""

    def __init__(self, form: DoorForm) -> None:
        self._form = form

    def text(self, name: str) -> str:
        return typed(self._form, name) if name in self._form else ""

    def is_ticked(self, name: str) -> bool:
        return name in self._form and bool(self._form[name].data)

    def chosen(self, name: str) -> tuple[str, ...]:
        return tuple(self._form[name].data or ()) if name in self._form else ()


def given_by(form: DoorForm, page: PosterPage, base: str, direction: str) -> CheckIn:
    """What was typed, under the id that the same form has again; `base` is the id that came with the page."""
    return _given(_Filled(form), page, base, direction)


def given_in(sent: Sent, page: PosterPage, base: str, direction: str) -> CheckIn:
    """As `given_by`, of a form that nobody made; InputError where it would have had a fault."""
    if (plate := sent.text("plate")).strip():
        normalised_plate(plate)
    return _given(sent, page, base, direction)


def _given(sent: Sent | _Filled, page: PosterPage, base: str, direction: str) -> CheckIn:
    name, phone = sent.text("name"), sent.text("phone")
    in_vehicle = sent.is_ticked("in_vehicle")
    # The fields of a car that is not ticked are not seen: a plate in them came from another day.
    shown = ("temperature", "companions", *(("plate", *_OTHERS) if in_vehicle else ()))
    given = CheckIn(
        entry_id=base,
        name=cleaned(name, "name") if name else "",
        phone=normalised_phone(phone) if phone else "",
        direction=direction,
        anonymous=page.confidential,
        in_vehicle=in_vehicle,
        declared=_declared(sent, page),
        **{field: sent.text(field) for field in shown},
    )
    return replace(given, entry_id=repeatable_id(base, *given.all()))


def minted_id(form: DoorForm) -> str:
    """The entry id that came with the page; "" when somebody changed it."""
    return minted_in(typed(form, "entry_id"))


def minted_in(text: str) -> str:
    """The text if it is the id of an entry; else ""."""
    return text if _ENTRY_ID.fullmatch(text) else ""


def _unasked(page: PosterPage, *, leaving: bool) -> set[str]:
    names: set[str] = set()
    if page.confidential:
        names.update(_PERSON, _VEHICLE)
    if leaving and not page.confidential:
        # Who came with somebody is let out with them; strangers are only counted.
        names.add("companions")
    if leaving:
        names.update(("temperature", "areas", "area_day"), _VEHICLE)
    if leaving or page.confidential or not page.asks_vehicle:
        names.update(_OTHERS)
    if not page.asks_temperature:
        names.add("temperature")
    if not page.asks.areas:
        names.update(("areas", "area_day"))
    return names


def _declared(sent: Sent | _Filled, page: PosterPage) -> Declared:
    proofs = []
    for asked in page.asks.credentials:
        parts = [sent.text(f"{asked.key}_{part}").strip() for part in _PARTS]
        if any(parts):
            since, time, until = parts
            proofs.append((asked.key, Given(asked.kind, f"{since} {time}".strip(), until)))
    said = Declared(tuple(proofs), sent.chosen("areas"), sent.text("area_day"))
    return NOTHING if said == NOTHING else said
