"""Visitors: found, registered, given their private link, printed a card."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from domain.errors import InputError
from web.services.people import codes, holds, visitors
from web.services.people.holds import HoldState
from web.services.people.visitors import Registration
from web.services.places import places
from web.views.asking.sealing import sealed, unsealed
from web.views.asking.session import installation, scope
from web.views.every_page.forms import VisitorForm, put_beside, typed
from web.views.every_page.language import said
from web.views.people.visitor_page import visitor_page
from web.views.places.posters import KINDS, LANGUAGES, handed_out

visitors_pages = Blueprint("visitors", __name__)
_Page = Response | str | tuple[str, int]

_LISTED = 50
_SHOWN_ONCE_S = 600


@visitors_pages.get("/visitors")
def listed() -> _Page:
    """The newest visitors, or those found by name, phone or number."""
    text = request.args.get("q", "")[:200]
    rows = visitors.listed(installation(), scope(), text, _LISTED)
    waiting = holds.counted(installation(), scope(), HoldState.WAITING)
    return render_template("visitors/list.html", rows=rows, text=text, most=_LISTED, waiting=waiting)


@visitors_pages.route("/visitors/new", methods=["GET", "POST"])
def new() -> _Page:
    """Register a visitor, then show the private link once."""
    owners = places.enterprises(installation(), scope())
    form = VisitorForm()
    form.enterprise_id.choices = [(owner.id, owner.name) for owner in owners]
    if not form.is_submitted():
        form.enterprise_id.data = request.args.get("enterprise") or (owners[0].id if owners else "")
        return render_template("visitors/new.html", form=form, owners=owners)
    if form.validate():
        try:
            done = visitors.register(installation(), scope(), _registration(form))
        except InputError as error:
            put_beside(form, error)
        else:
            _keep_link(done.visitor_id, done.link)
            return redirect(url_for("visitors.visitor", visitor_id=done.visitor_id), 303)
    return render_template("visitors/new.html", form=form, owners=owners), 422


@visitors_pages.get("/visitors/<visitor_id>")
def visitor(visitor_id: str) -> _Page:
    """One visitor; with the private link if it was made by the request before."""
    return visitor_page(visitor_id, link=_kept_link(visitor_id))


@visitors_pages.post("/visitors/<visitor_id>/link")
def renew_link(visitor_id: str) -> _Page:
    """Make a new private link; the old one ends."""
    _keep_link(visitor_id, visitors.renew_link(installation(), scope(), visitor_id))
    return redirect(url_for("visitors.visitor", visitor_id=visitor_id), 303)


@visitors_pages.post("/visitors/<visitor_id>/card")
def card(visitor_id: str) -> _Page:
    """A new visitor card as a file; it takes the place of the one before, so it is never a link."""
    kind, languages = request.form.get("kind", ""), request.form.get("languages", "")
    if kind not in KINDS or languages not in LANGUAGES:
        abort(400)
    try:
        made = codes.card(
            installation(), scope(), visitor_id, kind=kind, languages=tuple(languages.split(","))
        )
    except InputError as error:
        flash(said(error.sentence))
        return redirect(url_for("visitors.visitor", visitor_id=visitor_id), 303)
    response = handed_out(made, download=True)
    response.headers["Cache-Control"] = "no-store"
    return response


def _registration(form: VisitorForm) -> Registration:
    return Registration(
        enterprise_id=typed(form, "enterprise_id"),
        name=typed(form, "name"),
        phone=typed(form, "phone"),
        visitor_class=typed(form, "visitor_class"),
        id_number=typed(form, "id_number"),
        plate=typed(form, "plate"),
    )


def _keep_link(visitor_id: str, link: str) -> None:
    # The session lies in the browser, signed but readable: the link is a secret, so it is sealed.
    session["link"] = sealed("private link", {"visitor": visitor_id, "link": link})


def _kept_link(visitor_id: str) -> str:
    kept = unsealed("private link", session.pop("link", ""), _SHOWN_ONCE_S)
    return str(kept["link"]) if kept is not None and kept["visitor"] == visitor_id else ""
