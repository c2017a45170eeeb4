"""The forms: what is asked in which order, checked by the same functions that the services use."""
# mypy: disallow-subclassing-any=False
# (Flask-WTF and WTForms have no types; the fields are read through `typed` only.)

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, FileField, SelectField, StringField
from wtforms.validators import StopValidation

from domain.errors import InputError
from domain.gate_settings import NOTICE_TEXT_MOST, checked_pin
from domain.venue import parsed_short_number
from domain.visitor import (
    CLASS_NAMES,
    VisitorClass,
    cleaned,
    normalised_id_number,
    normalised_phone,
    normalised_plate,
)
from web.services.places.places import VENUE_KINDS
from web.views.every_page.language import said

CAPACITY_LIMIT = 1_000_000


class Checked:
    """A validator out of a function that raises InputError; an empty optional field is not asked."""

    def __init__(self, check: Callable[[str], object], *, optional: bool = False) -> None:
        self._check = check
        self._optional = optional

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Say beside the field what the function found, in the language of the page."""
        text = field.data or ""
        if self._optional and not text.strip():
            field.errors[:] = []
            raise StopValidation
        try:
            self._check(text)
        except InputError as error:
            raise StopValidation(said(error.sentence)) from None


def _line(text: str) -> str:
    return cleaned(text, "text")


def _notice(text: str) -> str:
    return cleaned(text, "text", NOTICE_TEXT_MOST)


def parsed_capacity(text: str) -> int | None:
    """The number of people, None when left open; InputError when it is not a whole number."""
    digits = unicodedata.normalize("NFKC", text).strip()
    if not digits:
        return None
    if not digits.isdecimal() or not 1 <= int(digits[:9]) <= CAPACITY_LIMIT:
        raise InputError(
            "capacity",
            f"Please give a whole number of people from 1 to {CAPACITY_LIMIT:,}, or leave this empty.",
            f"请填写 1 至 {CAPACITY_LIMIT:,} 之间的整数，或留空。",
        )
    return int(digits)


def _short_number(text: str) -> str:
    if (number := parsed_short_number(text)) is None:
        raise InputError(
            "number",
            "The number on the poster has 8 letters and digits, like BCDF 2346. Please compare each one.",
            "海报上的编号由 8 位字母和数字组成，例如 BCDF 2346，请逐位核对。",
        )
    return number


def typed(form: FlaskForm, name: str) -> str:
    """What was typed into a field, as text."""
    return str(getattr(form, name).data or "")


def put_beside(form: FlaskForm, error: InputError) -> None:
    """Show a service's refusal beside the field it names, or above the form when there is none."""
    field: Any = form._fields.get(error.field)
    errors = form.form_errors if field is None else field.errors
    sentence = said(error.sentence)
    if field is None:
        errors.append(sentence)
    else:
        field.errors = [*errors, sentence]


class EnterpriseForm(FlaskForm):
    """A new enterprise."""

    name = StringField(_("Name"), [Checked(_line)])
    credit_code = StringField(_("Unified social credit code"))


class VenueForm(FlaskForm):
    """A new venue."""

    name = StringField(_("Name"), [Checked(_line)])
    address = StringField(_("Address"), [Checked(_line)])
    kind = SelectField(_("Kind"), validate_choice=False)
    capacity = StringField(_("Room for how many people"), [Checked(parsed_capacity)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind, said(name)) for kind, name in VENUE_KINDS.items()]


class EntranceForm(FlaskForm):
    """A new entrance of a venue."""

    name = StringField(_("Name of the entrance"), [Checked(_line)])


class KioskForm(FlaskForm):
    """What a kiosk is called."""

    name = StringField(_("Name of the kiosk"), [Checked(_line)])


class VisitorForm(FlaskForm):
    """A visitor who is registered by staff."""

    enterprise_id = SelectField(_("Enterprise"), validate_choice=False)
    name = StringField(_("Full name"), [Checked(_line)])
    phone = StringField(_("Phone"), [Checked(normalised_phone)])
    visitor_class = SelectField(_("Class"), validate_choice=False, default=VisitorClass.VISITOR)
    id_number = StringField(_("Identity number"), [Checked(normalised_id_number, optional=True)])
    plate = StringField(_("Number plate"), [Checked(normalised_plate, optional=True)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visitor_class.choices = [(value.value, said(name)) for value, name in CLASS_NAMES.items()]


class ShortNumberForm(FlaskForm):
    """The number below a poster's code, for a phone that cannot scan."""

    number = StringField(_("Number on the poster"), [Checked(_short_number)])


class PinForm(FlaskForm):
    """The PIN that opens the staff's side of a venue's kiosks."""

    pin = StringField(_("New PIN"), [Checked(checked_pin)])


class NoticeForm(FlaskForm):
    """Something for the kiosks to show while nobody stands there."""

    zh = StringField(_("Notice in Chinese"), [Checked(_notice, optional=True)])
    en = StringField(_("Notice in English"), [Checked(_notice, optional=True)])
    picture = FileField(_("Picture"))
