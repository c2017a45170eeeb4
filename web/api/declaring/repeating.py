"""The header Idempotency-Key: a POST that is sent again with it is done once and answered the same."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import IO

from flask import Response, g, request
from werkzeug.wrappers import Response as AnyResponse

from domain.wording import Sentence
from web.api.declaring.calling import caller
from web.services.connecting import repeated_calls
from web.services.connecting.repeated_calls import Answer, Standing
from web.views.asking.session import installation
from web.views.every_page.language import said
from web.views.every_page.problems import Fault, problem

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_KEY_MOST = 100
_PIECE = 1 << 16
_BAD = Sentence("1 to 100 visible ASCII characters.", "须为 1 至 100 个可见 ASCII 字符。")
_OTHER = Sentence(
    "This key came with another request before. Use a new key for each thing to be done.",
    "此幂等键已用于其他请求。每个操作请使用新的键。",
)
_RUNNING = Sentence(
    "The first request with this key is not answered yet, or was cut off: look whether it was done.",
    "使用此幂等键的首个请求尚未完成或已中断，请先查询其结果。",
)


def replayed() -> AnyResponse | None:
    """For a blueprint's `before_request`: the answer of the first call with this key, if there was one."""
    g.repeat_key = None
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return None
    if not 1 <= len(key) <= _KEY_MOST or not all("!" <= symbol <= "~" for symbol in key):
        return problem(400, errors=[Fault(HEADER, said(_BAD))])
    standing = repeated_calls.begun(installation(), caller().token_id, key, _call_hash())
    if isinstance(standing, Answer):
        return _again(standing)
    if standing is Standing.OTHER:
        return problem(422, _OTHER, [Fault(HEADER, said(_OTHER))])
    if standing is Standing.RUNNING:
        return problem(409, _RUNNING)
    g.repeat_key = key
    return None


def kept(response: Response) -> Response:
    """For a blueprint's `after_request`: keep the answer to a call that had a key and was done."""
    key = g.get("repeat_key")
    if key is None:
        return response
    # An error that follows must not keep it a second time.
    g.repeat_key = None
    if response.status_code >= 300 or response.is_streamed:
        repeated_calls.released(installation(), caller().token_id, key)
        return response
    answer = Answer(
        response.status_code,
        response.content_type or "",
        response.get_data(),
        response.headers.get("Location", ""),
        response.headers.get("Content-Disposition", ""),
    )
    repeated_calls.answered(installation(), caller().token_id, key, answer)
    return response


def _again(answer: Answer) -> Response:
    response = Response(answer.body, answer.status, content_type=answer.mime or None)
    for name, value in (("Location", answer.location), ("Content-Disposition", answer.filename)):
        if value:
            response.headers[name] = value
    response.headers[REPLAYED] = "true"
    return response


def _call_hash() -> bytes:
    told = hashlib.sha256(f"{request.method} {request.full_path}\n".encode("utf-8", "replace"))
    if request.mimetype != "multipart/form-data":
        told.update(request.get_data(cache=True))
        return told.digest()
    # The border between its parts is another one each time that a form is sent.
    for name, value in request.form.items(multi=True):
        told.update(json.dumps([name, value]).encode())
    for name, file in request.files.items(multi=True):
        told.update(json.dumps([name, _digest(file.stream)]).encode())
        file.seek(0)
    return told.digest()


def _digest(stream: IO[bytes]) -> str:
    """Of a file piece by piece, for it may be large."""
    found = hashlib.sha256()
    for piece in iter(partial(stream.read, _PIECE), b""):
        found.update(piece)
    return found.hexdigest()
