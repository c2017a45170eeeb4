"""A camera on the network: frames over HTTP in a loop, which a test can cut and mend."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2

from demo.clip import render
from demo.scene import length_s, script
from tests.journeys.stage import eventually
from tests.ports import free_port

_FPS = 10


def jpegs(visits: list[tuple[str, str, str]]) -> list[bytes]:
    """The frames of these visits as JPEG files."""
    appearances = script(visits, stays_s=3.2, gap_s=0.4, first_s=0.3)
    frames = render(appearances, length_s(appearances, 0.6), fps=_FPS)
    return [cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 82])[1].tobytes() for frame in frames]


def walks_up(stream: Stream, visit: tuple[str, str, str], noticed: Callable[[], object], told: str) -> None:
    """Let one visitor walk up to the camera, as often as it takes until the kiosk noticed; then nobody."""
    stream.frames = jpegs([visit])
    eventually(noticed, 90, told)
    stream.frames = jpegs([])


class Stream:
    """Serves `frames` again and again as MJPEG; others may be put in their place while it runs."""

    def __init__(self, frames: list[bytes]) -> None:
        self.frames = frames
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}/video.mjpg"
        self._cut = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self.mend()

    def cut(self) -> None:
        """Break off every picture, and answer nobody any more."""
        self._cut.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def mend(self) -> None:
        """Answer again at the same address."""
        self._cut = cut = threading.Event()
        stream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                for number in itertools.count():
                    if cut.is_set():
                        return
                    jpeg = stream.frames[number % len(stream.frames)]
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                    try:
                        self.wfile.write(head.encode() + jpeg + b"\r\n")
                    except OSError:  # the kiosk hung up
                        return
                    time.sleep(1 / _FPS)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
