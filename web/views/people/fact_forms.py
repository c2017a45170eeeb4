"""The forms for what is known of a visitor: credentials, travels and holds."""
# mypy: disallow-subclassing-any=False
# (Flask-WTF and WTForms have no types; the fields are read through `typed` only.)

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import FileField, SelectField, StringField, TextAreaField

from domain.credential import APPOINTMENT, KINDS
from domain.errors import InputError
from domain.hold import LEVEL_NAMES
from web.services.desk.tracing.tracing_holds import WHOM, Chosen
from web.services.logs.purposes import Act, choices
from web.services.people import holds
from web.services.people.credential_values import Given
from web.views.every_page.forms import put_beside, typed
from web.views.every_page.language import said

_BESIDE = {"since": "since_day", "until": "until_day"}


class CredentialForm(FlaskForm):
    """A credential: a kind that is known or in its own words, and from when to when."""

    kind = SelectField(_("Kind"), validate_choice=False)
    other = StringField(_("Name of the other kind"))
    since_day = StringField(_("Since"))
    since_time = StringField(_("Time"))
    until_day = StringField(_("Good until the end of"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind, said(name)) for kind, name in KINDS.items() if kind != APPOINTMENT]
        self.kind.choices = [*kinds, ("", str(_("Another kind")))]

    @property
    def given(self) -> Given:
        """What was typed, as the service takes it."""
        since = " ".join((typed(self, "since_day"), typed(self, "since_time")))
        return Given(typed(self, "kind") or typed(self, "other"), since, typed(self, "until_day"))

    def refuse(self, error: InputError) -> None:
        """Show a service's refusal beside its field."""
        name = _BESIDE.get(error.field, error.field)
        if name == "kind" and not typed(self, "kind"):
            name = "other"
        put_beside(self, InputError(name, error.sentence.en, error.sentence.zh))


class TravelForm(FlaskForm):
    """An area somebody was in, and when."""

    area = StringField(_("Area, by name or code"))
    day = StringField(_("Last day there"))

    def refuse(self, error: InputError) -> None:
        """Show a service's refusal beside its field."""
        put_beside(self, error)


class OwnDataForm(FlaskForm):
    """Somebody's own name and phone."""

    name = StringField(_("Your name"))
    phone = StringField(_("Your phone number"))

    def refuse(self, error: InputError) -> None:
        """Show a service's refusal beside its field."""
        put_beside(self, error)


class HoldForm(FlaskForm):
    """A hold that is proposed."""

    level = SelectField(_("Level"), validate_choice=False)
    purpose = SelectField(_("What for"), validate_choice=False)
    instruction = StringField(_("What the guard has to do"))
    reason = TextAreaField(_("Reason"))
    appeal = TextAreaField(_("What the visitor reads: whom to turn to"))
    ends_day = StringField(_("Ends on"))
    ends_time = StringField(_("At"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level.choices = [(level.value, said(name)) for level, name in LEVEL_NAMES.items()]
        offered = choices(Act.HOLD)
        self.purpose.choices = [("", ""), *((value, said(name)) for value, name in offered.items())]

    @property
    def given(self) -> holds.Given:
        """What was typed, as the service takes it."""
        until = " ".join((typed(self, "ends_day"), typed(self, "ends_time")))
        return holds.Given(
            typed(self, "level"),
            typed(self, "reason"),
            typed(self, "instruction"),
            typed(self, "appeal"),
            until,
            typed(self, "purpose"),
        )

    def refuse(self, error: InputError) -> None:
        """Show a service's refusal beside its field."""
        name = "ends_day" if error.field == "until" else error.field
        put_beside(self, InputError(name, error.sentence.en, error.sentence.zh))


class ContactHoldsForm(HoldForm):
    """Holds for those whom a trace found: who of them, for how long, and the number that was counted."""

    whom = SelectField(_("For whom"), validate_choice=False)
    minutes = StringField(_("Minutes at the same time, at least"), default="15")
    days = StringField(_("Days after the last contact"), default="14")
    counted = StringField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whom.choices = [(value, said(name)) for value, name in WHOM.items()]

    @property
    def chosen(self) -> Chosen:
        """What was typed, as the service takes it."""
        return Chosen(typed(self, "whom"), typed(self, "minutes"), typed(self, "days"), self.given)


class ImportForm(FlaskForm):
    """A table of credentials."""

    table = FileField(_("Table (CSV or XLSX)"))
