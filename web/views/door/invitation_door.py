"""What a visitor opens from an invitation: who invites, where and when; a short form; then their own code."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter.util import get_remote_address

from domain.errors import InputError
from domain.keeping import erased_at
from domain.wording import Sentence
from web.services.keeping import rules
from web.services.visits import invitations_files, invitations_use
from web.services.visits.invitations import Invitation, State
from web.services.visits.invitations_use import Used
from web.views.asking.extensions import limiter
from web.views.asking.sealing import sealed, unsealed
from web.views.asking.session import installation, now_ms
from web.views.every_page.forms import put_beside
from web.views.visits.visits_forms import InvitedForm

invitation_door = Blueprint("invitation_door", __name__)

_PURPOSE = "invited"
_ANSWER_S = 12 * 3600
_LONGEST = 40

# What to say instead of the form.
_SHUT: dict[State, tuple[Sentence, Sentence]] = {
    State.USED: (
        Sentence("This invitation is used up", "此邀请已用完"),
        Sentence(
            "If it was you who filled it in, open your code. Otherwise ask your host for a new one.",
            "如果是您本人填写的，请打开您的访客码；否则请向受访人索取新的邀请。",
        ),
    ),
    State.OVER: (
        Sentence("This invitation is over", "此邀请已过期"),
        Sentence(
            "Its time has passed. Ask your host for a new one.", "来访时间已过，请向受访人索取新的邀请。"
        ),
    ),
    State.WITHDRAWN: (
        Sentence("This invitation was withdrawn", "此邀请已撤销"),
        Sentence("Ask your host before you set out.", "出发前请先与受访人联系。"),
    ),
}


def _invitation_key() -> str:
    return f"invitation {(request.view_args or {}).get('symbols', '')[:_LONGEST].lower()}"


def _phone_key() -> str:
    """One phone: the token that its session holds, and every form it sends proves."""
    return str(session.get("csrf_token") or get_remote_address())


def _limited(view: Callable[[str], ResponseReturnValue]) -> Callable[[str], ResponseReturnValue]:
    """Slow down one phone, one invitation, and one address far above what a group behind it needs."""
    for most, key in (
        ("10 per minute", _phone_key),
        ("120 per minute", _invitation_key),
        ("300 per minute", get_remote_address),
    ):
        view = limiter.limit(most, key_func=key, methods=["POST"])(view)
    return view


@invitation_door.route("/i/<symbols>", methods=["GET", "POST"], strict_slashes=False)
@invitation_door.route("/I/<symbols>", methods=["GET", "POST"], strict_slashes=False)
@_limited
def invited(symbols: str) -> ResponseReturnValue:
    """The form of an invitation, in any case of letters and with anything after `?`."""
    invitation = invitations_use.page(installation(), symbols)
    if invitation is None:
        return render_template("visits/invited_unknown.html"), 404
    form = InvitedForm()
    if not form.is_submitted():
        if invitation.state is not State.OPEN:
            return _shut(invitation, invitation.state)
        return _asked(invitation, form)
    if form.validate():
        try:
            done = invitations_use.use(installation(), symbols, form.filled)
        except InputError as error:
            put_beside(form, error)
        else:
            if done is None or done.state is not State.OPEN:
                return _shut(invitation, done.state if done else State.WITHDRAWN)
            return redirect(
                url_for("invitation_door.answer", symbols=symbols, sealed_answer=_sealed(done)), 303
            )
    return _asked(invitation, form), 422


@invitation_door.get("/i/<symbols>/done/<sealed_answer>")
def answer(symbols: str, sealed_answer: str) -> ResponseReturnValue:
    """When and where to come, and the way to one's code: for the browser that filled in the form alone."""
    kept = unsealed(_PURPOSE, sealed_answer, _ANSWER_S)
    invitation = invitations_use.page(installation(), symbols)
    if kept is None or invitation is None or kept["phone"] != _browser():
        return render_template("visits/invited_unknown.html"), 410
    page = render_template(
        "visits/invited_done.html",
        invitation=invitation,
        symbols=symbols,
        link=kept["link"],
        when=_when(invitation),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@invitation_door.get("/i/<symbols>/visit.ics")
def calendar(symbols: str) -> ResponseReturnValue:
    """The visit for a calendar."""
    invitation = invitations_use.page(installation(), symbols)
    if invitation is None or invitation.state in (State.OVER, State.WITHDRAWN):
        return render_template("visits/invited_unknown.html"), 404
    title = gettext("Visit to %(enterprise)s", enterprise=invitation.enterprise_name)
    response = Response(
        invitations_files.calendar(installation(), invitation, title), mimetype="text/calendar"
    )
    response.headers["Content-Disposition"] = "attachment; filename=visit.ics"
    response.headers["Cache-Control"] = "no-store"
    return response


def _asked(invitation: Invitation, form: InvitedForm) -> str:
    days = rules.days_of_visit(installation(), invitation.enterprise_id, invitation.venue_id)
    return render_template(
        "visits/invited.html",
        invitation=invitation,
        form=form,
        when=_when(invitation),
        retention_days=days,
        deleted_ms=erased_at(invitation.until_ms, days),
    )


def _shut(invitation: Invitation, state: State) -> ResponseReturnValue:
    title, text = _SHUT[state]
    page = render_template(
        "visits/invited_shut.html",
        invitation=invitation,
        title=title,
        text=text,
        may_have_code=state is State.USED,
    )
    return page, 410


def _when(invitation: Invitation) -> str:
    return invitations_files.when_text(invitation)


def _sealed(done: Used) -> str:
    """The answer in the address: closed to all, and of use in this browser only."""
    return sealed(_PURPOSE, {"link": done.link, "phone": _browser(), "at": now_ms()})


def _browser() -> str:
    return hashlib.sha256(str(session.get("csrf_token", "")).encode()).hexdigest()
