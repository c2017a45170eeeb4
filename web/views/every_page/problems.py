"""What programs are told when something cannot be done: problem details (RFC 9457), of one shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from domain.wording import Sentence
from web.views.every_page.error_words import ADVICE, TITLES
from web.views.every_page.language import said

API = "/api/"
# What gates ask keeps the shape that gates know.
GATES = ("/api/v1/kiosks/enrol", "/api/v1/kiosks/self")
MIME = "application/problem+json"
# Where each status is explained, below the site's own address.
_EXPLAINED = "/api/docs#problem-"
_SAID: dict[int, Sentence] = {
    400: Sentence("The request is not what this operation takes", "请求不符合接口要求"),
    401: Sentence("A token is needed", "需要令牌"),
    405: Sentence("This address takes other methods", "该地址不支持此方法"),
    406: Sentence("This is not to be had in that form", "无法提供所要求的格式"),
    409: Sentence("Something stands against it", "与当前状态冲突"),
    415: Sentence("Send another kind of body", "请求内容类型不符"),
    422: Sentence("A value cannot be used", "字段内容无效"),
}
_HELP: dict[int, Sentence] = {
    400: Sentence("Compare the request with the description of the operation.", "请对照接口说明检查请求。"),
    401: Sentence(
        "Send a token that is not over: “Authorization: Bearer cp_…”. Make one on the page “Connect”.",
        "请在 Authorization 请求头中发送有效令牌（Bearer cp_…）。可在“接入”页面创建。",
    ),
    403: Sentence("The token or its role does not have this right.", "令牌或其角色没有此权限。"),
    404: Sentence("There is no such thing, or it is not yours to see.", "没有该内容，或您无权查看。"),
    405: Sentence("See the header Allow.", "可用方法见响应头 Allow。"),
    409: Sentence("Look at it again, then decide anew.", "请重新查询后再操作。"),
    413: Sentence("Send less at once.", "请减少单次发送的内容。"),
    415: Sentence(
        "The body has to be JSON (Content-Type: application/json), or a form with a file "
        "(multipart/form-data) where the description says so.",
        "请求内容须为 JSON（application/json）；接口说明要求文件时须为表单（multipart/form-data）。",
    ),
    429: Sentence("Wait as long as Retry-After says.", "请按 Retry-After 等待后重试。"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value: where it is, as a JSON pointer into the request, and why."""

    pointer: str
    detail: str


def problem(
    status: int, detail: Sentence | None = None, errors: Sequence[Fault] = (), existing: str = ""
) -> Response:
    """The answer for a status, in the language that was asked for.

    `errors` names the values; `existing` is the id of what is there already.
    """
    title, sentence = _title(status), detail or _help(status)
    body: dict[str, object] = {
        "type": f"{_EXPLAINED}{status}",
        "title": said(title),
        "status": status,
        "detail": said(sentence),
        "errors": [{"pointer": fault.pointer, "detail": fault.detail} for fault in errors],
    }
    if existing:
        body["existing"] = existing
    response = jsonify(body)
    response.status_code = status
    response.mimetype = MIME
    response.headers["Cache-Control"] = "no-store"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="api"'
    return response


def explained() -> list[tuple[int, Sentence, Sentence]]:
    """Every status that a call can be refused with, what it means and what to do."""
    return [(status, _title(status), _help(status)) for status in sorted({*_SAID, *_HELP, 503})]


def is_for_a_program() -> bool:
    """Whether this request is one to the API, whose answers are never pages."""
    return request.path.startswith(API) and not request.path.startswith(GATES)


def register_problems(app: Flask) -> None:
    """Answer an address or method of the API that is none; no blueprint has those."""

    def unknown() -> Response | None:
        error = request.routing_exception
        if not is_for_a_program() or not isinstance(error, HTTPException) or (error.code or 0) < 400:
            return None
        response = problem(error.code or 404)
        for name, value in error.get_headers():
            if name == "Allow":
                response.headers[name] = value
        return response

    app.before_request(unknown)


def _title(status: int) -> Sentence:
    return _SAID.get(status) or TITLES.get(status) or Sentence(*(HTTPStatus(status).phrase,) * 2)


def _help(status: int) -> Sentence:
    return _HELP.get(status) or ADVICE.get(status) or _title(status)
