"""The live picture for the screen: the newest frame, smaller, as JPEG, made once for all who watch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from kiosk.camera.camera import Frame
from reader.opencv import cv2

WIDTH = 960
FPS = 13.0
_QUALITY = 75
BOUNDARY = "frame"


class LivePicture:
    """Frames for any number of viewers; nothing is made while nobody watches."""

    def __init__(self, newest: Callable[[], Frame | None], seconds: Callable[[], float]) -> None:
        self._newest = newest
        self._seconds = seconds
        self._lock = threading.Lock()
        self._made_at = 0.0
        self._made_seq = 0
        self._jpeg = b""
        self.made = 0

    def parts(self, stopping: threading.Event) -> Iterator[bytes]:
        """The parts of a multipart/x-mixed-replace answer, one a picture, until `stopping`."""
        sent = 0
        yield f"--{BOUNDARY}\r\n".encode()
        while not stopping.is_set():
            seq, jpeg = self._current()
            if seq != sent:
                sent = seq
                head = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                # The next boundary at once: a browser shows a part when it sees its end.
                yield head.encode() + jpeg + f"\r\n--{BOUNDARY}\r\n".encode()
            stopping.wait(0.5 / FPS)

    def _current(self) -> tuple[int, bytes]:
        with self._lock:
            frame = self._newest()
            due = self._seconds() - self._made_at >= 0.9 / FPS
            if frame is not None and frame.seq != self._made_seq and due:
                self._jpeg, self._made_seq = _jpeg(frame), frame.seq
                self._made_at = self._seconds()
                self.made += 1
            return self._made_seq, self._jpeg


def _jpeg(frame: Frame) -> bytes:
    height, width = frame.image.shape[:2]
    size = (min(width, WIDTH), max(1, height * min(width, WIDTH) // width))
    smaller = cv2.resize(frame.image, size, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", smaller, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
