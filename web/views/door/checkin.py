"""What a visitor's phone opens from a poster: the form, and the answer that cannot be mistaken."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template, request, session, url_for
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from domain.decision import Outcome
from domain.errors import InputError
from domain.hours import local_time
from domain.keeping import erased_at
from domain.reason import Reason, sentence_of
from domain.venue import Direction, PosterState, VenueState, poster_id
from domain.wording import Sentence
from web.services.errors import NotFoundError
from web.services.keeping import rules
from web.services.passing import checkin as service
from web.services.passing import poster_pages
from web.services.passing.own_entries import Recorded
from web.services.passing.poster_pages import PosterPage
from web.services.visits.rounds import place_pictures
from web.views.asking.extensions import limiter
from web.views.asking.limiting import counted
from web.views.asking.sealing import sealed, unsealed
from web.views.asking.session import installation, now_ms
from web.views.door.door_form import DoorForm, Sent, door_form, given_by, given_in, minted_id, minted_in
from web.views.every_page.forms import ShortNumberForm, put_beside, typed

checkin = Blueprint("checkin", __name__)
_Page = Response | str | tuple[str, int]

_PURPOSE = "check-in"
_ANSWER_S = 30 * 60
_LONGEST = 40
# Venues that people may be inside of, though nobody can come in now.
_HAD_OPENED = (VenueState.PAUSED, VenueState.CLOSED)

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
        Sentence(
            "Nobody can check in here any more. Ask whoever invited you where to go.",
            "此处不再接受登记，请向邀请您的单位询问。",
        ),
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
_LEFT = Sentence("Checked out", "已离开")
_NOT_YET = (
    200,
    Sentence("Not open yet", "尚未开放"),
    Sentence("Nobody can check in here yet. Please ask the staff.", "此处尚未开始登记，请询问工作人员。"),
)


# Of one phone, of one poster from one address, of one poster, and of one address, a minute: far above what
# 300 phones behind an address need (V5, W6).
_MOST = (30, 300, 1200, 1200)
_MINUTE_S = 60


def _slow_down(symbols: str) -> None:
    """429 above a limit. Asked here and not by decorators, which take as long over them as over the entry."""
    if not limiter.enabled:
        return
    # One phone: the token that its session holds, and every form it sends proves.
    address, name = _address(), symbols[:_LONGEST].lower()
    phone = str(session.get("csrf_token") or address)
    names = (f"phone {phone}", f"poster {name} {address}", f"poster {name}", f"address {address}")
    counts = counted([f"check-in {name}" for name in names], _MINUTE_S)
    if any(count > most for count, most in zip(counts, _MOST, strict=True)):
        abort(429)


@checkin.route("/v/<symbols>", methods=["GET", "POST"], strict_slashes=False)
@checkin.route("/V/<symbols>", methods=["GET", "POST"], strict_slashes=False)
def poster(symbols: str) -> _Page:
    """The check-in form of a poster, in any case of letters and with anything after `?`."""
    if request.method == "POST":
        _slow_down(symbols)
        if (answer := _taken(symbols)) is not None:
            return answer
    page = poster_pages.poster_page(installation(), symbols)
    if page is None:
        return render_template("door/unknown.html"), 404
    is_sent = request.method == "POST"
    direction = request.form.get("direction", "in") if is_sent else request.args.get("way", "in")
    leaving = direction == Direction.OUT
    # Whoever sends a form that was open before is decided about as at a gate: a refusal is an entry.
    # And whoever is inside may leave, whatever became of the venue.
    shut = page.state != VenueState.OPEN and not is_sent and not (leaving and page.state in _HAD_OPENED)
    if shut or page.state == PosterState.REVOKED:
        status, title, text = _SHUT.get(page.state, _NOT_YET)
        may_leave = page.state in _HAD_OPENED
        shown = {"title": title, "text": text, "symbols": symbols, "may_leave": may_leave}
        return render_template("door/shut.html", page=page, **shown), status
    form = door_form(page, leaving=leaving)
    if not form.is_submitted():
        return _asked(page, form, symbols, leaving=leaving)
    if form.validate():
        try:
            base = minted_id(form) or service.new_entry_id(installation())
            given = given_by(form, page, base, direction)
            sender = service.Sender(_address(), given.name, given.phone)
            done, _ = service.checked_in(installation(), page.poster_id, lambda _: given, sender)
        except InputError as error:
            put_beside(form, error)
        else:
            return _answered(done, page, symbols, direction)
    return _asked(page, form, symbols, leaving=leaving), 422


def _taken(symbols: str) -> Response | None:
    """The way to the answer when all that was sent is as it should be; None to look at it field by field."""
    identity = poster_id(symbols)
    if identity is None:
        return None
    values, direction = request.form, request.form.get("direction", Direction.IN.value)
    base = minted_in(values.get("entry_id", "")) or service.new_entry_id(installation())

    def asked(page: PosterPage) -> service.CheckIn:
        return given_in(Sent(values, page, leaving=direction == Direction.OUT), page, base, direction)

    try:
        sender = service.Sender(_address(), values.get("name", ""), values.get("phone", ""))
        done, page = service.checked_in(installation(), identity.hex(), asked, sender)
    except (InputError, NotFoundError):
        return None
    return _answered(done, page, symbols, direction)


def _answered(done: Recorded, page: PosterPage, symbols: str, direction: str) -> Response:
    answered = url_for("checkin.answer", sealed_answer=_sealed(done, page, symbols, direction))
    # A script that follows a redirect loads the answer, and its page then loads it once more: one way to the
    # server too many where each takes half a second.
    if "X-Requested-With" in request.headers:
        return Response(status=201, headers={"Location": answered})
    return redirect(answered, 303)


def _address() -> str:
    return str(get_remote_address())


@checkin.get("/v/<symbols>/<digest>.jpg")
@checkin.get("/V/<symbols>/<digest>.jpg")
def picture(symbols: str, digest: str) -> _Page:
    """What the place of a poster looks like; its address changes with it."""
    page = poster_pages.poster_page(installation(), symbols)
    found = place_pictures.at_poster(installation(), page.poster_id) if page else None
    if found is None or found[0].digest != digest:
        raise NotFoundError
    response = Response(found[1], mimetype="image/jpeg")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


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
        left_word=_LEFT,
        is_out=kept.get("direction") == Direction.OUT,
        venue_key=kept.get("key", ""),
        retention_days=rules.days_of_venue(installation(), str(kept.get("of", ""))),
        day=local_time(now_ms(), zone).date().isoformat(),
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
        symbols = poster_pages.poster_by_short_number(installation(), typed(form, "number"))
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


def _asked(page: PosterPage, form: DoorForm, symbols: str, *, leaving: bool) -> str:
    if not minted_id(form):
        form.entry_id.data = service.new_entry_id(installation())
    days = rules.days_of_venue(installation(), page.venue_id)
    return render_template(
        "door/form.html",
        page=page,
        form=form,
        symbols=symbols,
        leaving=leaving,
        picture=None if leaving else _picture_of(page),
        retention_days=days,
        deleted_ms=erased_at(now_ms(), days),
    )


def _picture_of(page: PosterPage) -> place_pictures.PlacePicture | None:
    found = place_pictures.at_poster(installation(), page.poster_id)
    return found[0] if found else None


def _sealed(done: Recorded, page: PosterPage, symbols: str, direction: str) -> str:
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
            "direction": direction,
            "of": page.venue_id,
            # A confidential venue leaves no trace on the phone either.
            "key": "" if page.confidential else page.venue_key,
        },
    )
