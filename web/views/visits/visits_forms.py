"""The forms of visits and invitations, and what was typed into them as the services take it."""
# mypy: disallow-subclassing-any=False
# (Flask-WTF and WTForms have no types; the fields are read through `typed` only.)

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField

from domain.hours import WEEKDAYS
from domain.visitor import CLASS_NAMES, VisitorClass, cleaned, normalised_phone, normalised_plate
from web.services.places.place_rows import VenueRow
from web.services.visits import announcing_values, invitations
from web.services.visits.announcing_times import When
from web.services.visits.hosts import checked_host
from web.services.visits.invitations_use import Filled
from web.views.every_page.forms import Checked, typed
from web.views.every_page.language import said


class WhenForm(FlaskForm):
    """At which venue and when."""

    venue_id = SelectField(_("Venue"), validate_choice=False)
    day = StringField(_("Day"))
    from_time = StringField(_("From"))
    until_time = StringField(_("Until"))

    def offer(self, venues: Sequence[VenueRow]) -> None:
        """The venues to choose from; any of them where there are several."""
        named = [(venue.id, venue.name) for venue in venues]
        self.venue_id.choices = named if len(named) == 1 else [("", str(_("Any venue"))), *named]

    @property
    def when(self) -> When:
        """When, as it was typed."""
        return When(typed(self, "day"), typed(self, "from_time"), typed(self, "until_time"))


class _HostedForm(WhenForm):
    """What visits and invitations have in common."""

    host = StringField(_("Host, whom they come to see"), [Checked(checked_host)])
    purpose = StringField(_("Purpose"))
    visitor_class = SelectField(_("Class"), validate_choice=False, default=VisitorClass.VISITOR)
    last_day = StringField(_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visitor_class.choices = [(value.value, said(name)) for value, name in CLASS_NAMES.items()]


class VisitForm(_HostedForm):
    """Somebody who is expected, once or on several days."""

    name = StringField(_("Full name"), [Checked(lambda text: cleaned(text, "name"))])
    phone = StringField(_("Phone"), [Checked(normalised_phone)])
    plate = StringField(_("Number plate"), [Checked(normalised_plate, optional=True)])
    weekdays = SelectMultipleField(_("On these days of the week"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weekdays.choices = [(str(nth), said(name)) for nth, name in enumerate(WEEKDAYS)]

    @property
    def given(self) -> announcing_values.Given:
        """The visit, as the service takes it."""
        days = frozenset(int(day) for day in self.weekdays.data or () if day in "0123456" and len(day) == 1)
        when = When(
            typed(self, "day"),
            typed(self, "from_time"),
            typed(self, "until_time"),
            typed(self, "last_day"),
            days,
        )
        names = ("name", "phone", "host", "visitor_class", "purpose", "venue_id", "plate")
        return announcing_values.Given(when=when, **{name: typed(self, name) for name in names})


class InvitationForm(_HostedForm):
    """A link by which people announce themselves."""

    most = StringField(_("How many people may use it"), default="1")

    @property
    def given(self) -> invitations.Given:
        """The invitation, as the service takes it."""
        when = When(
            typed(self, "day"), typed(self, "from_time"), typed(self, "until_time"), typed(self, "last_day")
        )
        names = ("host", "most", "visitor_class", "purpose", "venue_id")
        return invitations.Given(when=when, **{name: typed(self, name) for name in names})


class InvitedForm(FlaskForm):
    """What somebody with an invitation fills in."""

    name = StringField(_("Your name"), [Checked(lambda text: cleaned(text, "name"))])
    phone = StringField(_("Your phone number"), [Checked(normalised_phone)])
    plate = StringField(_("Number plate"), [Checked(normalised_plate, optional=True)])

    @property
    def filled(self) -> Filled:
        """What was typed, as the service takes it."""
        return Filled(typed(self, "name"), typed(self, "phone"), typed(self, "plate"))
