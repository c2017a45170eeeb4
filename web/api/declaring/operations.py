"""How an operation of the API is declared: path, right, shapes in and out; its description follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from domain.access import Right
from web.api.declaring import repeating
from web.api.declaring.calling import authenticated, caller, expect
from web.api.declaring.refusing import register_refusals
from web.views.asking.extensions import csrf
from web.views.every_page.problems import MIME

PREFIX = "/api/v1"
# Every operation's right, by endpoint: what the table of access and its tests read.
RIGHTS_OF: dict[str, Right] = {}
# What takes a form with a file instead of JSON, by endpoint, and how large the file may be.
FORMS: dict[str, int] = {}
_ALWAYS = (400, 401, 403, 429, 503)
_SUCCESS = {200: "Done", 201: "Made", 204: "Done; there is nothing to tell"}
_View = Callable[..., Any]
_BINARY = {"type": "string", "format": "binary"}
_FORM = "multipart/form-data"
_BESIDE = 100_000
_FILE = {"application/json": {"type": "object"}}


class Operations(APIBlueprint):
    """The operations of one subject."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__(f"api_{name}", __name__, url_prefix=PREFIX, tag={"name": title})
        csrf.exempt(self)  # no browser sends a token on its own
        register_refusals(self)
        self.before_request(authenticated)
        self.before_request(_expect_body)
        self.before_request(repeating.replayed)
        self.after_request(repeating.kept)
        self.after_request(_unkept)

    def read(self, rule: str, right: Right, gives: type[BaseModel], **more: Any) -> Callable[[_View], _View]:
        """A GET operation; `query` is the shape of its parameters."""
        return self._operation("GET", rule, right, gives, 200, **more)

    def make(self, rule: str, right: Right, gives: type[BaseModel], **more: Any) -> Callable[[_View], _View]:
        """A POST operation that makes something: 201."""
        return self._operation("POST", rule, right, gives, 201, **more)

    def act(
        self, rule: str, right: Right, gives: type[BaseModel] | None = None, **more: Any
    ) -> Callable[[_View], _View]:
        """A POST operation that asks or does something: 200 with an answer, 204 without."""
        return self._operation("POST", rule, right, gives, 200 if gives else 204, **more)

    def change(self, rule: str, right: Right, **more: Any) -> Callable[[_View], _View]:
        """A PUT operation, which may be sent again without harm: 204."""
        return self._operation("PUT", rule, right, None, 204, **more)

    def remove(self, rule: str, right: Right, **more: Any) -> Callable[[_View], _View]:
        """A DELETE operation: 204."""
        return self._operation("DELETE", rule, right, None, 204, **more)

    def file(
        self, method: str, rule: str, right: Right, mimes: Iterable[str], **more: Any
    ) -> Callable[[_View], _View]:
        """An operation that answers with a file of one of these kinds."""
        return self._operation(method, rule, right, None, 200, mimes=tuple(mimes), **more)

    def _operation(
        self,
        method: str,
        rule: str,
        right: Right,
        gives: type[BaseModel] | None,
        status: int,
        *,
        takes: type[BaseModel] | None = None,
        form: type[BaseModel] | None = None,
        room: int = 0,
        query: type[BaseModel] | None = None,
        mimes: tuple[str, ...] = (),
        also: Iterable[int] = (),
    ) -> Callable[[_View], _View]:
        has_input = any(shape is not None for shape in (takes, form, query))
        codes = _problem_codes(method, rule, has_input) | {*also}

        def declared(view: _View) -> _View:
            endpoint = f"{self.name}.{view.__name__}"
            RIGHTS_OF[endpoint] = right
            made: Any = self.doc(
                operation_id=view.__name__,
                responses={**_problems(codes), **_plain_success(status, mimes, gives)},
                security=[{"token": [right.value]}],
                extensions={"x-right": right.value},
            )(view)
            if gives is not None:
                made = self.output(gives, status_code=status, description=_SUCCESS[status])(made)
            if takes is not None:
                made = self.input(takes, location="json", arg_name="given")(made)
            if form is not None:
                FORMS[endpoint] = room
                made = self.input(form, location="files", arg_name="given")(made)
            if query is not None:
                made = self.input(query, location="query", arg_name="asked")(made)
            self.add_url_rule(rule, view.__name__, _guarded(made, right), methods=[method])
            return view

        return declared


def _guarded(view: _View, right: Right) -> _View:
    """The view behind its right, which is asked for before anything that was sent is looked at."""

    @wraps(view)
    def call(**arguments: Any) -> ResponseReturnValue:
        expect(right)
        if request.endpoint in FORMS and request.mimetype != _FORM:
            raise UnsupportedMediaType
        answer: ResponseReturnValue | None = view(**arguments)
        return ("", 204) if answer is None else answer

    return call


def _problem_codes(method: str, rule: str, has_input: bool) -> set[int]:
    codes = {*_ALWAYS, *((404,) if "<" in rule else ())}
    if has_input:
        codes |= {404, 422}
    if method in ("POST", "PUT"):
        codes |= {409, 413, 415, 422}
    return codes


def _problems(codes: Iterable[int]) -> dict[int | str, Any]:
    shape = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {code: {"description": "Problem", "content": {MIME: shape}} for code in sorted(codes)}


def _plain_success(
    status: int, mimes: tuple[str, ...], gives: type[BaseModel] | None
) -> Mapping[int | str, Any]:
    if gives is not None:
        return {}
    content = {mime: {"schema": _FILE.get(mime, _BINARY)} for mime in mimes}
    return {status: {"description": "The file" if mimes else _SUCCESS[status], "content": content}}


def _unkept(response: Response) -> Response:
    """Nothing on the way may keep what a program was told."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _expect_body() -> None:
    """415 for another kind of body than JSON, 400 for one that is no JSON object; room for a file."""
    room = FORMS.get(request.endpoint or "")
    if room is not None:
        # Before anything reads the body, and for those alone who may do it.
        if room and caller().may(RIGHTS_OF[request.endpoint or ""]):
            request.max_content_length = room + _BESIDE
        return
    if request.method not in ("POST", "PUT") or not request.get_data(cache=True):
        return
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        value = request.get_json()
    except RecursionError:  # a hundred thousand brackets
        value = None
    if not isinstance(value, dict):
        raise BadRequest
