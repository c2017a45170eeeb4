"""The forms about areas, enterprises, liaisons, and places that are there already."""
# mypy: disallow-subclassing-any=False

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField

from web.services.places.enterprises_details import ENTERPRISE_KINDS, SIZE_CLASSES
from web.services.places.places import DEFAULT_ZONE
from web.views.every_page.forms import EnterpriseForm, VenueForm
from web.views.every_page.language import said


class AreaForm(FlaskForm):
    """What an area is called."""

    name = StringField(_("Name of the area"))


class NewEnterpriseForm(EnterpriseForm):
    """A new enterprise and the area it is of."""

    area = SelectField(_("Area"), validate_choice=False)


class EnterpriseEditForm(FlaskForm):
    """What is known of an enterprise."""

    name = StringField(_("Name"))
    credit_code = StringField(_("Unified social credit code"))
    enterprise_kind = SelectField(_("Kind of enterprise"), validate_choice=False)
    size_class = SelectField(_("Size"), validate_choice=False)
    contact_name = StringField(_("Contact person"))
    contact_phone = StringField(_("Phone of the contact"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, names in ((self.enterprise_kind, ENTERPRISE_KINDS), (self.size_class, SIZE_CLASSES)):
            field.choices = [("", "—"), *((value, said(name)) for value, name in names.items())]


class VenueEditForm(VenueForm):
    """A venue that is there already."""

    time_zone = StringField(_("Time zone"), default=DEFAULT_ZONE)
    surrounds = BooleanField(_("Surrounds its area"))


class LiaisonForm(FlaskForm):
    """Who looks after enterprises."""

    name = StringField(_("Full name"))
    phone = StringField(_("Phone"))
    area = SelectField(_("Area"), validate_choice=False)
