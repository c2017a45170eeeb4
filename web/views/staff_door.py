"""The page behind a link for staff: choose login and password, or a new password."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.access import inviting
from web.services.access.inviting import Invitation
from web.views.extensions import limiter
from web.views.forms import put_beside, typed
from web.views.session import end, installation
from web.views.sign_in_forms import JoinForm

staff_door = Blueprint("staff_door", __name__)


@staff_door.route("/join/<secret>", methods=["GET", "POST"])
@limiter.limit("30 per minute; 300 per hour")
def join(secret: str) -> Response:
    """What the link is for, and the form; sent once, it leads to the sign-in."""
    invitation, form = inviting.shown(installation(), secret), JoinForm()
    if not form.is_submitted():
        return _page(invitation, form)
    if form.validate():
        try:
            inviting.accept(installation(), secret, typed(form, "login"), typed(form, "password"))
        except InputError as error:
            put_beside(form, error)
        else:
            # Whoever else was signed in here is not who joined.
            end()
            flash(gettext("Done. Sign in with your login and the password that you chose."))
            return redirect(url_for("auth.sign_in"), 303)
    response = _page(invitation, form)
    response.status_code = 422
    return response


def _page(invitation: Invitation, form: JoinForm) -> Response:
    response = make_response(render_template("staff/join.html", invitation=invitation, form=form))
    response.headers["Cache-Control"] = "no-store"
    # The address is the secret: pages that follow learn nothing of it. (Without any referrer, browsers would
    # send the form with the origin "null".)
    response.headers["Referrer-Policy"] = "strict-origin"
    return response
