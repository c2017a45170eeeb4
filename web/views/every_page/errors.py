"""Pages for what went wrong: in both languages, with what to do, never with a traceback."""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from domain.errors import UnavailableError
from domain.wording import Sentence
from web.db.connecting.connection import DatabaseAwayError, DatabaseError, is_away
from web.db.connecting.writer import TransactionLostError
from web.services.errors import GoneError, NotFoundError
from web.views.asking.session import cookie_name
from web.views.every_page.error_words import ADVICE, SORRY, TITLES
from web.views.every_page.language import said
from web.views.every_page.late_forms import offered_again
from web.views.every_page.problems import is_for_a_program, problem


def error_page(status: int, sentence: Sentence | None = None) -> Response:
    """The page for a status; programs that asked for JSON get the same sentence as JSON."""
    if is_for_a_program():
        return problem(status, sentence)
    title = TITLES.get(status, SORRY)
    advice = sentence or ADVICE.get(status, ADVICE[500])
    if request.accept_mimetypes.best == "application/json" or request.is_json:
        response = jsonify({"error": said(title), "advice": said(advice)})
    else:
        response = make_response(
            render_template(
                "error.html",
                status=status,
                title=title,
                advice=advice,
                request_name=g.get("request_id", ""),
                back=_before(),
                is_staff=cookie_name("session") in request.cookies,
            )
        )
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _before() -> str:
    """The page of this site that led here, where a form is to be filled in again; else ""."""
    if request.method in ("GET", "HEAD") or not request.referrer:
        return ""
    parts = urlsplit(request.referrer)
    return f"{parts.path}?{parts.query}".rstrip("?") if parts.netloc == request.host and parts.path else ""


def _http(error: HTTPException) -> Response:
    response = (offered_again(401) if error.code == 401 else None) or error_page(error.code or 500)
    if error.code == 429:
        response.headers["Retry-After"] = "60"
    return response


def _away(error: DatabaseError) -> Response:
    """A database that is away or full: nothing was kept, and asking again later helps."""
    if not is_away(error):
        raise error
    structlog.get_logger().error("database_failed", kind=type(getattr(error, "orig", None) or error).__name__)
    return error_page(503)


def register_errors(app: Flask) -> None:
    """Answer every failure of a page with a page."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda _error: offered_again(400) or error_page(400))
    app.register_error_handler(NotFoundError, lambda _error: error_page(404))
    app.register_error_handler(GoneError, lambda error: error_page(410, error.sentence))
    app.register_error_handler(UnavailableError, lambda error: error_page(503, error.sentence))
    for kind in (DatabaseAwayError, TransactionLostError):
        app.register_error_handler(kind, _away)
    app.register_error_handler(500, lambda _error: error_page(500))
