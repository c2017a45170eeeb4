"""The composition root: puts installation, pages and API together into one WSGI application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from traceback import extract_tb
from typing import Any

import structlog
from apiflask import APIFlask
from flask import Flask, Response, request

from web.api.registry import register_api
from web.services.installation import Installation
from web.views.asking.signed import FormCookies
from web.views.every_page.late_rules import LateRule
from web.views.gates.kiosk_api import blueprint as kiosk_api
from web.views.operations.metrics import measure_anew, register_metrics
from web.views.registry import register_views

_BODY_MOST = 2_000_000
_FRAMES = 12
_CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# Every answer has these; a page may say otherwise, as that of a round does, which looks through a camera.
_GUARDS = (
    ("Content-Security-Policy", _CONTENT_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    # For browsers that do not know frame-ancestors.
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)
_TLS_GUARD = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


class _Site(APIFlask):
    """Flask with the API's description, but for its rules and what it writes about a failed request."""

    url_rule_class = LateRule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: none of ours is a coroutine, which Flask would look at 19 times a request."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        """Where it failed, and in which kind of request.

        The rule and not the path: paths hold poster ids, and queries what somebody looked for. The kind
        of error and not its words: they may repeat what was typed.
        """
        kind, _, trace = exc_info
        structlog.get_logger().error(
            "request_failed",
            method=request.method,
            rule=request.url_rule.rule if request.url_rule else "-",
            kind=kind.__name__,
            at=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(trace)[-_FRAMES:]],
        )


def create_app(inst: Installation) -> Flask:
    """The application over an opened installation; it starts nothing and holds no state of its own."""
    app = built()
    hand_over(app, inst)
    return app


def built() -> Flask:
    """Pages, API and guards, which are the same for every installation: an application that has none yet."""
    # Our own are the description of the API and its pages (web/api/describing/docs.py), and what is said of
    # errors (web/views/every_page/errors.py).
    app = _Site(__name__, spec_path=None, docs_path=None, json_errors=False)
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=_BODY_MOST,
        MAX_FORM_PARTS=100,
        MAX_FORM_MEMORY_SIZE=200_000,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        BOOTSTRAP_SERVE_LOCAL=True,
        TEMPLATES_AUTO_RELOAD=False,
    )
    register_metrics(app)
    register_views(app)
    app.register_blueprint(kiosk_api)
    register_api(app)
    app.after_request(_guarded)
    app.add_url_rule("/healthz", "healthz", lambda: Response("ok\n", mimetype="text/plain"))
    return app


def hand_over(app: Flask, inst: Installation) -> None:
    """Let an application serve an installation: all that it holds of one is set here, and nowhere else."""
    secure = inst.settings.is_https
    app.config.update(
        SECRET_KEY=inst.cipher.subkey("sessions"),
        # Language, forms and flashes only: who is signed in is kept by web/views/asking/session.py.
        SESSION_COOKIE_NAME="__Host-form" if secure else "form",
        SESSION_COOKIE_SECURE=secure,
    )
    app.session_interface = FormCookies(app)
    app.extensions["installation"] = inst
    measure_anew(app)


def _guarded(response: Response) -> Response:
    said = {name for name, _ in response.headers}
    for name, value in (*_GUARDS, _TLS_GUARD) if request.is_secure else _GUARDS:
        if name not in said:
            response.headers.add(name, value)
    return response
