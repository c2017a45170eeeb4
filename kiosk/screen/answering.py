"""How the staff's addresses answer: JSON, sentences in both languages, and the session's cookie."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Response, request

from domain.wording import Sentence


def session_token() -> str:
    """The token that the page sent, "" without one."""
    return request.cookies.get(session_cookie(), "")


def session_cookie() -> str:
    """The name of the cookie: cookies do not tell ports apart, and two kiosks may run on one machine."""
    return f"staff-{request.host.rpartition(':')[2]}"


def errors_answer(errors: Mapping[str, Sentence], status: int) -> Response:
    """What is wrong with each field, by its name."""
    answer = json_answer({"errors": {name: pair_of(sentence) for name, sentence in errors.items()}})
    answer.status_code = status
    return answer


def json_answer(value: object) -> Response:
    """A value as JSON."""
    return Response(json.dumps(value, ensure_ascii=False).encode(), content_type="application/json")


def pair_of(sentence: Sentence) -> dict[str, str]:
    """A sentence as the page takes it."""
    return {"zh": sentence.zh, "en": sentence.en}
