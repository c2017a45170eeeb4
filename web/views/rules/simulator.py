"""The simulator: what would be decided about anybody, with every rule's verdict; kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from flask import Blueprint, make_response, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.access import Right
from domain.credential import KINDS
from domain.errors import InputError
from domain.rules import RULE_NAMES
from domain.visitor import CLASS_NAMES
from domain.wording import Sentence
from web.services.access import rights
from web.services.passing import simulating
from web.services.passing.simulating import Answer, Question
from web.services.people.visitors import VisitorRow
from web.views.asking.session import SignedIn, installation, scope
from web.views.rules.simulator_form import Reading, TypedQuestion, typed_from

simulator_pages = Blueprint("simulator", __name__)
_Page = Response | tuple[Response, int]

WHOSE: dict[str, Sentence] = {
    "seen": Sentence("seen by staff", "已核验"),
    "own": Sentence("their own word", "本人声明"),
}
HOLDS: dict[str, Sentence] = {
    "yellow": Sentence("A yellow hold", "黄色管控"),
    "red": Sentence("A red hold", "红色管控"),
}


@simulator_pages.get("/simulator")
def page() -> _Page:
    """The empty form; an entrance may be chosen by a link, people never are."""
    form = TypedQuestion({"entrance": request.args.get("entrance", ""), "who": "known"})
    return _shown(form, {}, None)


@simulator_pages.post("/simulator")
def ask() -> _Page:
    """The decision and every rule's verdict below the form. Sent, so that nobody's name is in an address."""
    form = typed_from(request.form)
    door = simulating.door(installation(), scope(), form.text("entrance"))
    reading = Reading(form, door.time_zone)
    found: Sequence[VisitorRow] = ()
    answer = None
    try:
        # Everything is read before anything is refused: all mistakes are told at once.
        rest = (reading.at_ms(), reading.direction(), reading.temperature(), reading.vehicle())
        if form.text("who") == "known":
            rights.required(cast(SignedIn, current_user).account, Right.SEE_PEOPLE)
            found = simulating.candidates(installation(), scope(), form.text("visitor"))
            if not found:
                raise _nobody()
        one = form.text("chosen") if form.text("chosen") in {row.id for row in found} else ""
        who = reading.made_up() if form.text("who") != "known" else one or found[0].id
        if not reading.wrong and (one or len(found) < 2):
            answer = simulating.simulated(installation(), scope(), Question(door.id, who, *rest))
    except InputError as error:
        reading.wrong[error.field] = error.sentence
    shown = _shown(form, reading.wrong, answer, found)
    return (shown, 422) if reading.wrong else shown


def _shown(
    form: TypedQuestion,
    wrong: dict[str, Sentence],
    answer: Answer | None,
    found: Sequence[VisitorRow] = (),
) -> Response:
    page = render_template(
        "simulator/page.html",
        form=form,
        wrong=wrong,
        answer=answer,
        found=found if answer is None and not wrong else (),
        doors=simulating.doors(installation(), scope()),
        kinds=KINDS,
        class_names=CLASS_NAMES,
        rule_names=RULE_NAMES,
        holds=HOLDS,
        whose=WHOSE,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def _nobody() -> InputError:
    return InputError(
        "visitor",
        "Nobody is found under this. Give a whole name, phone, plate or the visitor’s number.",
        "没有找到该访客，请填写完整的姓名、电话、车牌或访客编号。",
    )
