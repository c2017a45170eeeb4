"""What a visitor's phone opens from a poster: the form, and the answer that cannot be mistaken."""

from __future__ import annotations

import re

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from domain.decision import Outcome
from domain.errors import InputError
from domain.reason import Reason, sentence_of
from domain.venue import PosterState, VenueState
from domain.visitor import cleaned, normalised_phone
from domain.wording import Sentence
from web.services import checkin as service
from web.services.checkin import CheckIn, PosterPage
from web.services.own_entries import Recorded, repeatable_id
from web.services.retention import RETENTION_DAYS
from web.views.extensions import limiter
from web.views.forms import CheckInForm, ShortNumberForm, put_beside, typed
from web.views.sealing import sealed, unsealed
from web.views.session import installation, now_ms

checkin = Blueprint("checkin", __name__)
_Page = Response | str | tuple[str, int]

_PURPOSE = "check-in"
_ANSWER_S = 30 * 60
_ENTRY_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

# What to say instead of the form, and with which status.
_SHUT: dict[str, tuple[int, Sentence, Sentence]] = {
    VenueState.PAUSED: (
        200,
        Sentence("Paused for the moment", "暂停接待"),
        Sentence(
            "Nobody can check in here right now. Please ask the staff.", "目前无法登记，请询问工作人员。"
        ),
    ),
    VenueState.CLOSED: (
        410,
        Sentence("This venue is closed", "场所已关闭"),
        Sentence("Nobody can check in here any more.", "此处不再接受登记。"),
    ),
    PosterState.REVOKED: (
        410,
        Sentence("This poster is no longer good", "此场所码已作废"),
        Sentence(
            "Look for a newer one at the entrance, or ask the staff to check you in.",
            "请在入口处寻找新的场所码，或请工作人员代为登记。",
        ),
    ),
}
_NOT_YET = (
    200,
    Sentence("Not open yet", "尚未开放"),
    Sentence("Nobody can check in here yet. Please ask the staff.", "此处尚未开始登记，请询问工作人员。"),
)


@checkin.route("/v/<symbols>", methods=["GET", "POST"], strict_slashes=False)
@checkin.route("/V/<symbols>", methods=["GET", "POST"], strict_slashes=False)
@limiter.limit("240 per minute", methods=["POST"])
def poster(symbols: str) -> _Page:
    """The check-in form of a poster, in any case of letters and with anything after `?`."""
    page = service.poster_page(installation(), symbols)
    if page is None:
        return render_template("door/unknown.html"), 404
    # Whoever sends a form that was open before is decided about as at a gate: a refusal is an entry.
    if page.state != VenueState.OPEN and (request.method == "GET" or page.state == PosterState.REVOKED):
        status, title, text = _SHUT.get(page.state, _NOT_YET)
        return render_template("door/shut.html", page=page, title=title, text=text), status
    form = CheckInForm()
    if page.confidential:
        del form.name, form.phone, form.plate
    if not form.is_submitted():
        return _asked(page, form, symbols)
    if form.validate():
        try:
            done = service.check_in(installation(), page.poster_id, _given(form, page))
        except InputError as error:
            put_beside(form, error)
        else:
            return redirect(url_for("checkin.answer", sealed_answer=_sealed(done, symbols)), 303)
    return _asked(page, form, symbols), 422


@checkin.get("/checked-in/<sealed_answer>")
def answer(sealed_answer: str) -> _Page:
    """The decision, big, with a running clock; the address holds nothing anybody else could read."""
    kept = unsealed(_PURPOSE, sealed_answer, _ANSWER_S)
    if kept is None:
        return render_template("door/over.html"), 410
    at_ms, zone = int(str(kept["at"])), str(kept["zone"])
    values = kept["values"] if isinstance(kept["values"], dict) else {}
    page = render_template(
        "door/answer.html",
        outcome=Outcome(str(kept["outcome"])),
        sentence=sentence_of(Reason(str(kept["reason"])), values),
        venue_name=kept["venue"],
        entrance_name=kept["entrance"],
        symbols=kept["symbols"],
        at_ms=at_ms,
        now_ms=now_ms(),
        zone=zone,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@checkin.route("/n", methods=["GET", "POST"])
@limiter.limit("20 per minute", methods=["POST"])
def number() -> _Page:
    """For a phone that cannot scan: type the number below the code."""
    form = ShortNumberForm()
    if not form.is_submitted():
        return render_template("door/number.html", form=form)
    if form.validate():
        symbols = service.poster_by_short_number(installation(), typed(form, "number"))
        if symbols is not None:
            return redirect(url_for("checkin.poster", symbols=symbols), 303)
        put_beside(
            form,
            InputError(
                "number",
                "No poster has this number. Please compare it once more, or ask the staff.",
                "没有这个编号的场所码，请再核对一次，或询问工作人员。",
            ),
        )
    return render_template("door/number.html", form=form), 422


def _asked(page: PosterPage, form: CheckInForm, symbols: str) -> str:
    if not _ENTRY_ID.fullmatch(typed(form, "entry_id")):
        form.entry_id.data = service.new_entry_id(installation())
    return render_template(
        "door/form.html", page=page, form=form, symbols=symbols, retention_days=RETENTION_DAYS
    )


def _given(form: CheckInForm, page: PosterPage) -> CheckIn:
    minted = typed(form, "entry_id")
    base = minted if _ENTRY_ID.fullmatch(minted) else service.new_entry_id(installation())
    if page.confidential:
        temperature = typed(form, "temperature") if page.asks_temperature else ""
        return CheckIn(repeatable_id(base, "", ""), "", "", temperature, anonymous=True)
    name, phone = typed(form, "name"), typed(form, "phone")
    return CheckIn(
        entry_id=repeatable_id(base, cleaned(name, "name"), normalised_phone(phone)),
        name=name,
        phone=phone,
        temperature=typed(form, "temperature") if page.asks_temperature else "",
        plate=typed(form, "plate"),
    )


def _sealed(done: Recorded, symbols: str) -> str:
    return sealed(
        _PURPOSE,
        {
            "outcome": done.decision.outcome,
            "reason": done.decision.reason,
            "values": dict(done.decision.values),
            "at": done.at_ms,
            "venue": done.venue_name,
            "entrance": done.entrance_name,
            "zone": done.time_zone,
            "symbols": symbols,
        },
    )
