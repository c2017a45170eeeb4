"""What a screen before the kiosk sees, and when: its answers and its live picture, from outside."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np

from bench.stamps import number_in
from reader.opencv import cv2

_PATIENCE_S: Final = 60.0
_JPEG_BEGINS, _JPEG_ENDS = b"\xff\xd8", b"\xff\xd9"


class Screen:
    """Listens to `/events` and `/picture` of a kiosk as its page does, in two threads."""

    def __init__(self, address: str, seconds: Callable[[], float]) -> None:
        """`address` is http://host:port; `seconds` is monotonic."""
        self._address = address
        self._seconds = seconds
        self.answers: dict[int, float] = {}
        """When each answer, by its number, was first on the screen (seconds of the clock given)."""
        self.frames: list[tuple[int, float]] = []
        """Which frames of the clip were seen, and when."""

    def open(self) -> None:
        """Wait until the kiosk answers, then listen until it ends."""
        deadline = self._seconds() + _PATIENCE_S
        while not self._answers() and self._seconds() < deadline:
            time.sleep(0.02)
        for listen in (self._events, self._pictures):
            threading.Thread(target=_until_cut, args=(listen,), daemon=True).start()

    @property
    def began(self) -> float:
        """When frame 0 was due: the earliest any frame was seen, less its place in the clip.

        Late by what it takes to make one picture and send it, some milliseconds.
        """
        return min(at - number / 30 for number, at in self.frames)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self._address}/state", timeout=1):  # noqa: S310
                return True
        except (URLError, OSError):
            return False

    def _events(self) -> None:
        with urlopen(f"{self._address}/events", timeout=_PATIENCE_S) as stream:  # noqa: S310
            for line in stream:
                if line.startswith(b"data:"):
                    self._take(json.loads(line[5:]))

    def _take(self, state: dict[str, Any]) -> None:
        if state.get("answer"):
            self.answers.setdefault(int(state["answer"]["number"]), self._seconds())

    def _pictures(self) -> None:
        kept = b""
        with urlopen(f"{self._address}/picture", timeout=_PATIENCE_S) as stream:  # noqa: S310
            while block := stream.read1(1 << 16):
                kept += block
                while (ends := kept.find(_JPEG_ENDS)) >= 0:
                    self._see(kept[kept.find(_JPEG_BEGINS) : ends + 2], self._seconds())
                    kept = kept[ends + 2 :]

    def _see(self, jpeg: bytes, at: float) -> None:
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_2)
        number = number_in(np.asarray(picture, np.uint8)) if picture is not None else None
        if number is not None:
            self.frames.append((number, at))


def _until_cut(listen: Callable[[], None]) -> None:
    try:
        listen()
    except (OSError, ValueError):  # the kiosk has ended
        return
