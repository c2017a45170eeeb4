"""The screen's web application: one page, its state as events, the live picture; for this machine only."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator

from flask import Flask, Response, abort, render_template, request

from domain.gate_settings import Notice
from kiosk.camera.picture import BOUNDARY, LivePicture
from kiosk.desk.staff import Staff
from kiosk.screen.board import Board
from kiosk.screen.guard import from_this_page
from kiosk.screen.staff import staff_routes

MOST_STREAMS = 16
_MOST_BODY = 16_384
_MOST_TEXT = 4_296  # alphanumeric symbols of the largest QR code (ISO/IEC 18004 table 7)
_BEAT_S = 1.0
_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def create_page(
    board: Board,
    picture: LivePicture,
    staff: Staff,
    scanned: Callable[[str], bool],
    notices: Callable[[], tuple[Notice, ...]],
    stopping: threading.Event,
) -> Flask:
    """The application. Streams end when `stopping` is set; `scanned` takes the text of a hand scanner."""
    app = Flask(__name__, template_folder="templates", static_folder="static")
    # A name that resolves to this machine must not let a stranger's page read the camera (DNS rebinding).
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    app.config["MAX_CONTENT_LENGTH"] = _MOST_BODY
    streams = _Streams(MOST_STREAMS)

    @app.get("/")
    def page() -> str:
        language = "en" if request.args.get("lang") == "en" else "zh"
        return render_template("kiosk.html", language=language, has_pin=staff.door.has_pin)

    @app.get("/state")
    def state() -> Response:
        return Response(_json(board), content_type="application/json")

    @app.get("/events")
    def events() -> Response:
        return streams.answer(lambda: _events(board, stopping), "text/event-stream")

    @app.get("/picture")
    def live() -> Response:
        kind = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
        return streams.answer(lambda: picture.parts(stopping), kind)

    @app.get("/notices/<int:number>")
    def notice(number: int) -> Response:
        held = notices()
        if number >= len(held) or not held[number].picture:
            abort(404)
        return Response(held[number].picture, content_type="image/jpeg")

    @app.post("/scan")
    def scan() -> Response:
        asked = request.get_json()
        text = asked.get("text") if isinstance(asked, dict) else None
        if not isinstance(text, str) or not 0 < len(text) <= _MOST_TEXT:
            abort(422)
        return Response(status=202 if scanned(text) else 503)

    app.register_blueprint(staff_routes(staff))
    app.before_request(from_this_page)
    app.after_request(_guarded)
    return app


def _events(board: Board, stopping: threading.Event) -> Iterator[bytes]:
    """The whole state at once, at every change, and each second so that both ends notice a broken line."""
    version = -1
    yield b"retry: 1000\n\n"
    while not stopping.is_set():
        version = board.wait(version, _BEAT_S)
        yield b"data: " + _json(board) + b"\n\n"


def _json(board: Board) -> bytes:
    return json.dumps(board.state(), ensure_ascii=False).encode()


class _Streams:
    """Keeps some threads free for the page itself, however many windows watch."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    def answer(self, parts: Callable[[], Iterator[bytes]], kind: str) -> Response:
        if not self._free.acquire(blocking=False):
            return Response("Too many windows. 打开的窗口过多。", 503, {"Retry-After": "5"})
        return Response(_Released(parts(), self._free.release), content_type=kind)


class _Released:
    """Parts that give their place back once, also when the viewer leaves before the first of them."""

    def __init__(self, parts: Iterator[bytes], release: Callable[[], None]) -> None:
        self._parts = parts
        self._release: Callable[[], None] | None = release

    def __iter__(self) -> Iterator[bytes]:
        return self._parts

    def close(self) -> None:
        release, self._release = self._release, None
        if release is not None:
            release()


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if not request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return response
