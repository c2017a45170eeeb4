"""The forms of staff at an entrance: a passage by hand, and a sheet of paper that is keyed in."""
# mypy: disallow-subclassing-any=False
# (Flask-WTF and WTForms have no types; the fields are read through `typed` only.)

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, HiddenField, SelectField, StringField, TextAreaField

from domain.visitor import CLASS_NAMES, VisitorClass
from web.views.every_page.language import said


class PassageForm(FlaskForm):
    """One passage; `entry_id` was made with the page, so that twice is once (W8)."""

    entry_id = HiddenField()
    visitor_id = HiddenField()
    who = StringField(_("Who is it?"))
    direction = SelectField(_("Direction"), validate_choice=False, choices=["in", "out"], default="in")
    temperature = StringField(_("Temperature in °C"))
    companions = StringField(_("Companions"))
    in_vehicle = BooleanField(_("Came in a vehicle"))
    plate = StringField(_("Number plate"))
    others = StringField(_("Others in it"))
    phones = TextAreaField(_("Their phones"))
    name = StringField(_("Full name"))
    phone = StringField(_("Phone"))
    visitor_class = SelectField(_("Class"), validate_choice=False, default=VisitorClass.VISITOR)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visitor_class.choices = [(value.value, said(name)) for value, name in CLASS_NAMES.items()]


class SheetForm(FlaskForm):
    """A paper register that was typed into a table."""

    entrance = SelectField(_("Entrance"), validate_choice=False)
    day = StringField(_("Date on the sheet"))
    table = FileField(_("Table (CSV or XLSX)"))
