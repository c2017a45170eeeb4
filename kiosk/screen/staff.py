"""The staff's side as the page speaks to it: a session for the PIN, one address per act, and the overview."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Blueprint, Response, abort, make_response, request

from domain.errors import InputError
from domain.wording import Sentence
from kiosk.desk.acts import ACTS
from kiosk.desk.desk import Done
from kiosk.desk.form import Form, FormError
from kiosk.desk.staff import Staff


def staff_routes(staff: Staff) -> Blueprint:
    """The routes under /staff; all but opening it need an open session."""
    routes = Blueprint("staff", __name__, url_prefix="/staff")

    @routes.post("/open")
    def enter() -> Response:
        fields = Form(request.get_json())
        try:
            token = staff.door.opened(fields.typed("pin"))
        except InputError as error:
            return _errors({"pin": error.sentence}, 403)
        answer = _json(staff.overview.state())
        answer.set_cookie(_cookie(), token, httponly=True, samesite="Strict", path="/staff")
        return answer

    @routes.post("/shut")
    def leave() -> Response:
        staff.door.shut(_token())
        answer = make_response("", 204)
        answer.delete_cookie(_cookie(), path="/staff")
        return answer

    @routes.post("/stay")
    def stay() -> Response:
        return Response(status=204 if staff.door.use(_token()) else 401)

    @routes.get("/overview")
    def overview() -> Response:
        # Looking does not keep it open: a forgotten page must shut by itself.
        if not staff.door.is_open(_token()):
            return Response(status=204)
        return _json(staff.overview.state())

    @routes.post("/acts/<name>")
    def act(name: str) -> Response:
        if not staff.door.use(_token()):
            return Response(status=401)
        if name not in ACTS:
            abort(404)
        try:
            done = ACTS[name](staff.desk, Form(request.get_json()))
        except FormError as error:
            return _errors(error.errors, 422)
        except InputError as error:
            return _errors({error.field: error.sentence}, 422)
        return _json({"done": _told(done), "overview": staff.overview.state()})

    return routes


def _told(done: Done) -> dict[str, object]:
    answer = done.answer
    word = _pair(answer.word) if answer else None
    return {**_pair(done.sentence), "word": word, "card": answer.card.value if answer else None}


def _token() -> str:
    return request.cookies.get(_cookie(), "")


def _cookie() -> str:
    # Cookies do not tell ports apart, and two kiosks may run on one machine.
    return f"staff-{request.host.rpartition(':')[2]}"


def _errors(errors: Mapping[str, Sentence], status: int) -> Response:
    answer = _json({"errors": {name: _pair(sentence) for name, sentence in errors.items()}})
    answer.status_code = status
    return answer


def _json(value: object) -> Response:
    return Response(json.dumps(value, ensure_ascii=False).encode(), content_type="application/json")


def _pair(sentence: Sentence) -> dict[str, str]:
    return {"zh": sentence.zh, "en": sentence.en}
