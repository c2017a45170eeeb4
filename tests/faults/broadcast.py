"""A camera on the network whose pictures, rate and cable a test holds in its hand."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import segno

from reader.opencv import cv2
from tests.faults.crafted import Image, drawn

_SIZE = (480, 640)
_FPS = 15.0


def view(text: str = "") -> Image:
    """A grey room, with a code held up in its middle if there is a text."""
    room = np.full((*_SIZE, 3), 150, np.uint8)
    if text:
        code = drawn(np.array(segno.make(text, error="m", micro=False).matrix, np.uint8), 5)
        top, left = (_SIZE[0] - code.shape[0]) // 2, (_SIZE[1] - code.shape[1]) // 2
        room[top : top + code.shape[0], left : left + code.shape[1]] = code[:, :, None]
    return room


def shade(level: int) -> Image:
    """Nothing but one shade."""
    return np.full((*_SIZE, 3), level, np.uint8)


class Broadcast:
    """MJPEG over HTTP. `image`, `fps`, `is_moving` (sensor noise) and `is_cut` may change at any time."""

    def __init__(self) -> None:
        self.image = view()
        self.fps = _FPS
        self.is_moving = True
        self.is_cut = False
        self._noise = np.random.default_rng(1)
        broadcast = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if broadcast.is_cut:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                while not broadcast.is_cut:
                    jpeg = broadcast.jpeg()
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                    try:
                        self.wfile.write(head.encode() + jpeg + b"\r\n")
                    except OSError:  # whoever watched has hung up
                        return
                    time.sleep(1 / broadcast.fps)

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/video.mjpg"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def jpeg(self) -> bytes:
        """The picture of this moment."""
        image = self.image
        if self.is_moving:
            grain = self._noise.integers(0, 3, image.shape, dtype=np.uint8)
            image = np.where(image > 128, image - grain, image + grain).astype(np.uint8)
        return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])[1])

    def good(self) -> None:
        """A camera as it should be."""
        self.image, self.fps, self.is_moving, self.is_cut = view(), _FPS, True, False

    def close(self) -> None:
        """Break off and give the port back."""
        self.is_cut = True
        self._server.shutdown()
        self._server.server_close()
