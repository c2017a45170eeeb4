"""The visitor's own page: the code that renews itself, by a private link that no server log ever sees."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from domain.errors import InputError
from domain.venue import shown_short_number
from domain.visitor import CLASS_NAMES, VisitorClass
from domain.wording import Sentence
from web.services import codes, visitors
from web.views.extensions import csrf, limiter
from web.views.language import said
from web.views.session import installation, now_ms

me = Blueprint("me", __name__)

_FIRST_COUNT = 10
_BEARER = "Bearer "


@me.get("/me")
def page() -> ResponseReturnValue:
    """An empty page; its script reads the secret from the fragment, which never leaves the phone."""
    return render_template("me.html", step_s=codes.STEP_S, window_s=codes.WINDOW_S)


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


# The secret in the Authorization header is what another site cannot add.
csrf.exempt(strip)


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
