"""Who looks after what: roles given and ended, links for whoever is new or lost their password."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import cast

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.access import Role
from domain.errors import InputError
from web.services.access import granting, inviting, names, staff
from web.services.access.granting import Wanted
from web.services.access.inviting import Made
from web.services.accounts import Account
from web.services.places import liaisons
from web.views.asking.session import SignedIn, act_in, installation, scope
from web.views.every_page.language import said

staff_pages = Blueprint("staff", __name__)
_Page = Response | str | tuple[str, int]


@staff_pages.get("/staff")
def listed() -> _Page:
    """Who holds what here and below, and the forms to change it."""
    return _page()


@staff_pages.post("/staff/invitations")
def invite() -> _Page:
    """Make a link for somebody new and show it, this once."""
    try:
        made = inviting.invite(installation(), _account(), _wanted())
    except InputError as error:
        return _page("invite", error), 422
    return _link_page(made, gettext("Invite somebody"), back_in=False)


@staff_pages.post("/staff/invitations/<staff_invitation_id>/withdraw")
def withdraw(staff_invitation_id: str) -> _Page:
    """End a link that nobody used yet."""
    inviting.withdraw(installation(), _account(), staff_invitation_id)
    flash(gettext("The link was withdrawn."))
    return redirect(url_for("staff.listed"), 303)


@staff_pages.post("/staff/grants")
def give() -> _Page:
    """Give a role to somebody who has an account."""
    try:
        granting.give(installation(), _account(), request.form.get("login", ""), _wanted())
    except InputError as error:
        return _page("give", error), 422
    flash(gettext("The role was given."))
    return redirect(url_for("staff.listed"), 303)


@staff_pages.post("/staff/grants/<grant_id>/end")
def end(grant_id: str) -> _Page:
    """End a role at once."""
    return _done(
        lambda: granting.end(installation(), _account(), grant_id),
        gettext("The role ended, and every session in it."),
    )


@staff_pages.post("/staff/accounts/<account_id>/reset")
def reset(account_id: str) -> _Page:
    """Make a link to a new password and show it, this once."""
    try:
        made = inviting.let_back_in(installation(), _account(), account_id)
    except InputError as error:
        flash(said(error.sentence))
        return redirect(url_for("staff.listed"), 303)
    return _link_page(made, gettext("Let somebody back in"), back_in=True)


@staff_pages.post("/staff/accounts/<account_id>/disable")
def disable(account_id: str) -> _Page:
    """Let an account sign in no more."""
    return _done(
        lambda: granting.set_disabled(installation(), _account(), account_id, disabled=True),
        gettext("The account is disabled. This can be taken back."),
    )


@staff_pages.post("/staff/accounts/<account_id>/enable")
def enable(account_id: str) -> _Page:
    """Let an account sign in again."""
    return _done(
        lambda: granting.set_disabled(installation(), _account(), account_id, disabled=False),
        gettext("The account can sign in again."),
    )


@staff_pages.post("/staff/accounts/<account_id>/liaison")
def liaison(account_id: str) -> _Page:
    """Say which liaison an account is."""
    chosen = request.form.get("liaison", "")
    return _done(lambda: granting.tie(installation(), _account(), account_id, chosen), gettext("Saved."))


@staff_pages.post("/acting")
def act() -> _Page:
    """Act in another of one's own roles from now on."""
    if act_in(request.form.get("grant", "")):
        return redirect(url_for("enterprises.home"), 303)
    flash(gettext("You do not hold this role any more."))
    return redirect(url_for("enterprises.home"), 303)


@staff_pages.app_template_global()
def own_roles() -> list[staff.Held]:
    """The roles that whoever is signed in can act in."""
    return staff.own(installation(), _account().id)


@staff_pages.app_template_global()
def role_name(role: Role | str) -> str:
    """What a role is called in the language of the page."""
    return said(names.ROLES[Role(role)])


def _done(act: Callable[[], None], told: str) -> Response:
    try:
        act()
    except InputError as error:
        flash(said(error.sentence))
    else:
        flash(told)
    return redirect(url_for("staff.listed"), 303)


def _page(form: str = "", error: InputError | None = None) -> str:
    return render_template(
        "staff/list.html",
        held=staff.listed(installation(), _account()),
        waiting=inviting.waiting(installation(), scope()),
        nodes=staff.nodes(installation(), _account()),
        roles=names.ROLES,
        about=names.ABOUT,
        liaisons=liaisons.board(installation(), scope()).liaisons,
        sent=form,
        wrong={error.field: said(error.sentence)} if error else {},
        values=request.form,
    )


def _link_page(made: Made, title: str, *, back_in: bool) -> Response:
    drawn = base64.b64encode(inviting.picture(made).encode("utf-8")).decode("ascii")
    picture = f"data:image/svg+xml;base64,{drawn}"
    page = render_template("staff/link.html", made=made, title=title, picture=picture, back_in=back_in)
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def _wanted() -> Wanted:
    return Wanted(*(request.form.get(name, "") for name in ("role", "node", "from_day", "until_day")))


def _account() -> Account:
    return cast(SignedIn, current_user).account
