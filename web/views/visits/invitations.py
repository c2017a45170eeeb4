"""Invitations for the staff of an enterprise: making a link, sending or printing it, withdrawing it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError
from domain.hours import local_time
from printables.formats import Format
from web.services.places import places
from web.services.places.places import DEFAULT_ZONE
from web.services.visits import invitations, invitations_files
from web.services.visits.invitations import State
from web.views.asking.session import installation, now_ms, scope
from web.views.every_page.forms import put_beside
from web.views.places.posters import handed_out
from web.views.visits.visits_forms import InvitationForm

invitations_pages = Blueprint("invitations", __name__)
_Page = Response | str | tuple[str, int]


@invitations_pages.route("/enterprises/<enterprise_id>/invitations/new", methods=["GET", "POST"])
def new(enterprise_id: str) -> _Page:
    """Make a link by which people announce themselves."""
    owner = places.enterprise(installation(), scope(), enterprise_id)
    form = InvitationForm()
    form.offer(places.venues(installation(), scope(), enterprise_id))
    if not form.is_submitted():
        form.day.data = local_time(now_ms(), DEFAULT_ZONE).date().isoformat()
        form.from_time.data, form.until_time.data = "09:00", "18:00"
        return render_template("visits/invitation_new.html", form=form, enterprise=owner)
    if form.validate():
        try:
            identity = invitations.create(
                installation(), scope(), current_user.get_id(), enterprise_id, form.given
            )
        except InputError as error:
            put_beside(form, error)
        else:
            return redirect(url_for("invitations.invitation", invitation_id=identity), 303)
    return render_template("visits/invitation_new.html", form=form, enterprise=owner), 422


@invitations_pages.get("/invitations/<invitation_id>")
def invitation(invitation_id: str) -> _Page:
    """One invitation with its link, its code and the words to send."""
    inst, mine = installation(), scope()
    shown = invitations.detail(inst, mine, invitation_id)
    return render_template(
        "visits/invitation.html",
        invitation=shown,
        is_open=shown.state in (State.OPEN, State.USED),
        link=invitations.link(inst, mine, invitation_id),
        share=invitations_files.share_text(inst, mine, invitation_id),
    )


@invitations_pages.get("/invitations/<invitation_id>/card.<kind>")
def card(invitation_id: str, kind: str) -> _Page:
    """The invitation with its QR, as a file."""
    if kind not in set(Format):
        abort(404)
    made = invitations_files.artefact(installation(), scope(), invitation_id, kind)
    response = handed_out(made, download="download" in request.args)
    response.headers["Cache-Control"] = "no-store"
    return response


@invitations_pages.post("/invitations/<invitation_id>/withdraw")
def withdraw(invitation_id: str) -> _Page:
    """End the link, and if asked what was announced by it."""
    with_visits = request.form.get("visits") == "1"
    count = invitations.withdraw(installation(), scope(), invitation_id, with_visits=with_visits)
    flash(gettext("The link was withdrawn."))
    if with_visits:
        flash(ngettext("%(num)d visit was withdrawn.", "%(num)d visits were withdrawn.", count))
    return redirect(url_for("invitations.invitation", invitation_id=invitation_id), 303)
