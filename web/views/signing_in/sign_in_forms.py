"""The forms of signing in, and of looking after the proofs by which one does."""
# mypy: disallow-subclassing-any=False
# (Flask-WTF and WTForms have no types; the fields are read through `typed` only.)

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField

from domain.errors import InputError
from web.views.every_page.forms import Checked


def _some(text: str) -> None:
    if not text.strip():
        raise InputError("text", "Please fill this in.", "请填写此项。")


class SignInForm(FlaskForm):
    """Login and password."""

    login = StringField(_("Login"), [Checked(_some)])
    password = PasswordField(_("Password"), [Checked(_some)])


class JoinForm(FlaskForm):
    """Login and password as somebody chooses them; the login is empty where there is one already."""

    login = StringField(_("Login, a name to sign in with"))
    password = PasswordField(_("New password"), [Checked(_some)])


class LinkForm(FlaskForm):
    """The link that somebody was sent, or its secret alone."""

    link = StringField(_("Your link"), [Checked(_some)])


class JoinAsForm(FlaskForm):
    """The login as somebody chooses it whom a provider answers for; empty where there is one already."""

    login = StringField(_("Login, a name to sign in with"))


class PasswordForm(FlaskForm):
    """The old password and the new one."""

    old = PasswordField(_("Your password now"), [Checked(_some)])
    new = PasswordField(_("New password"), [Checked(_some)])


class CodeForm(FlaskForm):
    """A code of the authenticator app, or a recovery code."""

    code = StringField(_("Code from the app"), [Checked(_some)])


class SetUpForm(FlaskForm):
    """The first code of a new second factor, whose secret the page carries sealed."""

    secret = HiddenField()
    code = StringField(_("Six-digit code"), [Checked(_some)])


class ConfirmForm(FlaskForm):
    """The password once more, before something is changed by which one signs in."""

    password = PasswordField(_("Your password now"), [Checked(_some)])


class FreshForm(FlaskForm):
    """Nothing to type: for an account without a password, whose sign-in at the provider is recent enough."""


class ConnectForm(ConfirmForm):
    """The password once more, and whom the provider said somebody is, sealed."""

    identity = HiddenField()
