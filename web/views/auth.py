"""Signing in and out, and changing one's password."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services import accounts
from web.views.extensions import limiter
from web.views.forms import PasswordForm, SignInForm, put_beside, typed
from web.views.session import SignedIn, begin, end, installation, local_path, require_sign_in

auth = Blueprint("auth", __name__)
_Page = Response | str | tuple[str, int]


@auth.route("/sign-in", methods=["GET", "POST"])
@limiter.limit("10 per minute; 100 per hour", methods=["POST"])
def sign_in() -> _Page:
    """Ask for login and password; then on to where the visitor of the page wanted to go."""
    onward = local_path(request.args.get("next")) or url_for("enterprises.home")
    if current_user.is_authenticated:
        return redirect(onward)
    form = SignInForm()
    if not form.is_submitted():
        return render_template("auth/sign_in.html", form=form)
    if form.validate():
        account = accounts.sign_in(installation(), typed(form, "login"), typed(form, "password"))
        if account is not None:
            begin(account)
            return redirect(onward, 303)
        form.password.errors = [
            gettext("Login and password do not match. Check both, or ask your administrator.")
        ]
    return render_template("auth/sign_in.html", form=form), 422


@auth.post("/sign-out")
def sign_out() -> _Page:
    """End the session."""
    end()
    return redirect(url_for("auth.sign_in"), 303)


@auth.route("/account", methods=["GET", "POST"])
def account() -> _Page:
    """The signed-in account, and a new password for it."""
    if (elsewhere := require_sign_in()) is not None:
        return elsewhere
    form, me = PasswordForm(), cast(SignedIn, current_user).account
    if not form.is_submitted():
        return render_template("auth/account.html", form=form, account=me)
    if form.validate():
        try:
            accounts.change_password(installation(), me.id, typed(form, "old"), typed(form, "new"))
        except InputError as error:
            put_beside(form, error)
        else:
            end()
            flash(gettext("Your password was changed. Please sign in with the new one."))
            return redirect(url_for("auth.sign_in"), 303)
    return render_template("auth/account.html", form=form, account=me), 422
