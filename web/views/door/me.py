"""The visitor's own page: the code that renews itself, by a private link that no server log ever sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from flask import Blueprint, current_app, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from domain.errors import InputError
from domain.keeping import DEFAULT_DAYS
from domain.venue import shown_short_number
from domain.visitor import CLASS_NAMES, VisitorClass
from domain.wording import Sentence
from web.services.access import looks
from web.services.keeping import erasing, own_export, rules
from web.services.logs.purposes import NAMES
from web.services.people import codes, credentials, holds, own_data, own_visit, travels, visitors
from web.store.scope import PROGRAM
from web.views.asking.extensions import csrf, limiter
from web.views.asking.session import installation, now_ms
from web.views.every_page.forms import typed
from web.views.every_page.language import language, said
from web.views.every_page.words import DIRECTIONS
from web.views.people.fact_forms import CredentialForm, OwnDataForm, TravelForm
from web.views.people.own_data import handed_over
from web.views.places.posters import handed_out

me = Blueprint("me", __name__)

# Its fields stand on a page that has a name of its own.
_OWN = "own-"
_FIRST_COUNT = 10
_BEARER = "Bearer "


@me.get("/me")
def page() -> ResponseReturnValue:
    """An empty page; its script reads the secret from the fragment, which never leaves the phone."""
    return render_template(
        "me.html",
        step_s=codes.STEP_S,
        window_s=codes.WINDOW_S,
        retention_days=DEFAULT_DAYS,
        directions=DIRECTIONS,
    )


@me.get("/me/worker.js")
def worker() -> ResponseReturnValue:
    """The worker that opens this page, and no other, without network."""
    script = current_app.send_static_file("me_worker.js")
    script.headers["Service-Worker-Allowed"] = url_for("me.page")
    script.headers["Cache-Control"] = "no-cache"
    return script


@me.get("/me/app.webmanifest")
def manifest() -> ResponseReturnValue:
    """What a phone needs to put the page among its apps."""
    icons = [
        {
            "src": url_for("static", filename=f"icon-{side}.png"),
            "sizes": f"{side}x{side}",
            "type": "image/png",
        }
        for side in (192, 512)
    ]
    answer = jsonify(
        {
            "id": url_for("me.page"),
            "name": gettext("My visitor code"),
            "short_name": gettext("My visitor code"),
            "lang": "zh-CN" if language() == "zh" else "en",
            "start_url": url_for("me.page"),
            "scope": url_for("me.page"),
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#ffffff",
            "icons": icons,
        }
    )
    answer.mimetype = "application/manifest+json"
    return answer


@me.post("/me/strip")
@limiter.limit("60 per minute")
def strip() -> ResponseReturnValue:
    """Codes for the windows asked for, `{first?, count?}`, and the server's time to show them by."""
    began_ms = now_ms()
    holder = visitors.by_link(installation(), _secret())
    if holder is None:
        return _refusal(401, Sentence("This link is not valid any more.", "此链接已失效。"))
    first, count = _wanted(began_ms)
    try:
        made = codes.strip(installation(), holder.id, first, count)
    except InputError as error:
        return _refusal(422, error.sentence)
    answer = jsonify(
        {
            "name": holder.name,
            "class": said(CLASS_NAMES[VisitorClass(holder.visitor_class)]),
            "number": shown_short_number(holder.short_number),
            "now_ms": now_ms(),
            "took_ms": now_ms() - began_ms,
            "first": first,
            "size": made.size,
            "window_s": made.window_s,
            "step_s": made.step_s,
            "windows": [list(window) for window in made.windows],
        }
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@me.post("/me/own")
@limiter.limit("60 per minute")
def own() -> ResponseReturnValue:
    """The part of the page about its holder: what they declared, and whether the staff want to see them."""
    return _of_holder(lambda holder: None)


@me.post("/me/own/credentials")
@limiter.limit("20 per minute")
def declare() -> ResponseReturnValue:
    """Declare a credential; the part of the page anew, or with what is wrong beside its field."""
    form = CredentialForm()
    return _of_holder(lambda holder: credentials.declare(installation(), holder, form.given), credential=form)


@me.post("/me/own/credentials/withdraw")
@limiter.limit("20 per minute")
def take_back() -> ResponseReturnValue:
    """Take back a declaration that no staff saw yet."""
    named = request.form.get("credential", "")
    return _of_holder(lambda holder: credentials.withdraw_own(installation(), holder, named))


@me.post("/me/own/travels")
@limiter.limit("20 per minute")
def travelled() -> ResponseReturnValue:
    """Declare where one was; answered like `declare`."""
    form = TravelForm()
    area, day = typed(form, "area"), typed(form, "day")
    return _of_holder(lambda holder: travels.declare(installation(), holder, area, day), travel=form)


@me.post("/me/own/data")
@limiter.limit("20 per minute")
def correct() -> ResponseReturnValue:
    """Put one's own name and phone right; answered like `declare`."""
    form = OwnDataForm(prefix=_OWN)
    name, phone = typed(form, "name"), typed(form, "phone")
    return _of_holder(lambda holder: own_data.correct(installation(), holder, name, phone), data=form)


@me.post("/me/own/card")
@limiter.limit("5 per minute")
def card() -> ResponseReturnValue:
    """A new card to print, for who would rather carry paper; the card before it is good no more."""
    holder = visitors.by_link(installation(), _secret())
    if holder is None:
        return _refusal(401, Sentence("This link is not valid any more.", "此链接已失效。"))
    made = codes.card(installation(), PROGRAM, holder.id, kind="pdf", languages=("zh", "en"))
    return handed_out(made, download=True)


@me.post("/me/own/withdraw")
@limiter.limit("20 per minute")
def withdraw() -> ResponseReturnValue:
    """Take leave: link, codes and declarations end; the page is told to forget what it keeps."""
    holder = visitors.by_link(installation(), _secret())
    if holder is None:
        return _refusal(401, Sentence("This link is not valid any more.", "此链接已失效。"))
    days = rules.days_of_visitor(installation(), holder.id)
    own_data.withdraw(installation(), holder.id)
    answer = make_response(render_template("me_withdrawn.html", retention_days=days))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@me.post("/me/own/export")
@limiter.limit("5 per minute")
def export() -> ResponseReturnValue:
    """All that is kept of the holder of the link, to read or (`form=json`) for programs."""
    holder = visitors.by_link(installation(), _secret())
    if holder is None:
        return _refusal(401, Sentence("This link is not valid any more.", "此链接已失效。"))
    made = own_export.export(installation(), PROGRAM, holder.id, erasing.LINK)
    return handed_over(made, request.args.get("form", ""))


@me.post("/me/own/erase")
@limiter.limit("5 per minute")
def erase() -> ResponseReturnValue:
    """Forget the holder of the link everywhere; a legal hold delays it, and they are told so."""
    holder = visitors.by_link(installation(), _secret())
    if holder is None:
        return _refusal(401, Sentence("This link is not valid any more.", "此链接已失效。"))
    if request.form.get("sure") != "1":
        return _of_holder(lambda _: None)
    done = erasing.erase(installation(), PROGRAM, holder.id, erasing.LINK)
    answer = make_response(render_template("me_forgotten.html", is_held=done.state is erasing.State.HELD))
    answer.headers["Cache-Control"] = "no-store"
    return answer


# The secret in the Authorization header is what another site cannot add.
for view in (strip, own, declare, take_back, travelled, correct, card, withdraw, export, erase):
    csrf.exempt(view)


def _of_holder(
    act: Callable[[str], None],
    credential: CredentialForm | None = None,
    travel: TravelForm | None = None,
    data: OwnDataForm | None = None,
) -> ResponseReturnValue:
    """Do something for the holder of the link, and show them what is known then."""
    holder = visitors.by_link(installation(), _secret())
    if holder is None:
        return _refusal(401, Sentence("This link is not valid any more.", "此链接已失效。"))
    refused = False
    try:
        act(holder.id)
        credential = travel = data = None
    except InputError as error:
        refused = True
        form = credential or travel or data
        if form is not None:
            form.refuse(error)
    kept = own_data.own_data(installation(), holder.id)
    part = render_template(
        "me_own.html",
        rows=credentials.own(installation(), holder.id),
        travels=travels.listed(installation(), PROGRAM, holder.id),
        appeals=holds.appeals(installation(), holder.id),
        credential_form=credential or CredentialForm(formdata=None),
        travel_form=travel or TravelForm(formdata=None),
        visit=own_visit.inside(installation(), holder.id),
        data_form=data or OwnDataForm(formdata=None, data=asdict(kept), prefix=_OWN),
        is_vouched=kept.is_vouched,
        retention_days=rules.days_of_visitor(installation(), holder.id),
        looks=looks.own(installation(), holder.id),
        deed_names=looks.OWN_DEEDS,
        purposes=NAMES,
    )
    answer = make_response(part, 422 if refused else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _secret() -> str:
    header = request.headers.get("Authorization", "")
    return header.removeprefix(_BEARER) if header.startswith(_BEARER) else ""


def _wanted(at_ms: int) -> tuple[int, int]:
    body = request.get_json(silent=True)
    asked = body if isinstance(body, dict) else {}
    now = at_ms // 1000 // codes.STEP_S
    first, count = asked.get("first"), asked.get("count")
    return (
        first if type(first) is int else now,
        count if type(count) is int else _FIRST_COUNT,
    )


def _refusal(status: int, sentence: Sentence) -> ResponseReturnValue:
    answer = jsonify({"error": said(sentence)})
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
