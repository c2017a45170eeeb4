"""The staff's side as the page speaks to it: a session for the PIN, one address per act, and the overview."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, request

from domain.errors import InputError
from kiosk.desk.acts import ACTS
from kiosk.desk.desk import Done
from kiosk.desk.form import Form, FormError
from kiosk.desk.staff import Staff
from kiosk.screen.answering import errors_answer, json_answer, pair_of, session_cookie, session_token
from kiosk.screen.sheet import add_sheet_routes


def staff_routes(staff: Staff) -> Blueprint:
    """The routes under /staff; all but opening it need an open session."""
    routes = Blueprint("staff", __name__, url_prefix="/staff")

    @routes.post("/open")
    def enter() -> Response:
        fields = Form(request.get_json())
        try:
            token = staff.door.opened(fields.typed("pin"))
        except InputError as error:
            return errors_answer({"pin": error.sentence}, 403)
        answer = json_answer(staff.overview.state())
        answer.set_cookie(session_cookie(), token, httponly=True, samesite="Strict", path="/staff")
        return answer

    @routes.post("/shut")
    def leave() -> Response:
        staff.door.shut(session_token())
        answer = make_response("", 204)
        answer.delete_cookie(session_cookie(), path="/staff")
        return answer

    @routes.post("/stay")
    def stay() -> Response:
        return Response(status=204 if staff.door.use(session_token()) else 401)

    @routes.get("/overview")
    def overview() -> Response:
        # Looking does not keep it open: a forgotten page must shut by itself.
        if not staff.door.is_open(session_token()):
            return Response(status=204)
        return json_answer(staff.overview.state())

    @routes.post("/acts/<name>")
    def act(name: str) -> Response:
        if not staff.door.use(session_token()):
            return Response(status=401)
        if name not in ACTS:
            abort(404)
        try:
            done = ACTS[name](staff.desk, Form(request.get_json()))
        except FormError as error:
            return errors_answer(error.errors, 422)
        except InputError as error:
            return errors_answer({error.field: error.sentence}, 422)
        return json_answer({"done": _told(done), "overview": staff.overview.state()})

    add_sheet_routes(routes, staff)
    return routes


def _told(done: Done) -> dict[str, object]:
    answer = done.answer
    word = pair_of(answer.word) if answer else None
    return {**pair_of(done.sentence), "word": word, "card": answer.card.value if answer else None}
