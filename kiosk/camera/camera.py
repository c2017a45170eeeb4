"""The camera thread: it keeps the newest picture only, watches the camera and opens it again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from domain.wording import Sentence
from kiosk.camera.capture import Capture, Image, open_capture
from kiosk.camera.feed import CameraFeed
from kiosk.camera.source import CameraError, Source, parse_source
from kiosk.camera.watch import SENTENCES, CameraState, CameraWatch

__all__ = ["Camera", "CameraError", "CameraState", "CameraStatus", "Frame", "open_source"]

_STOP_PATIENCE: Final = 2.0  # a driver may hold `read` for 10 s; the thread is a daemon


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: BGR pixels (height × width × 3), taken at monotonic second `at`."""

    seq: int
    at: float
    image: Image


@dataclass(frozen=True, slots=True)
class CameraStatus:
    """What the state line says of the camera.

    `since` is a monotonic second, `source` what is open now (another camera may have taken over),
    `size` width and height of the pictures that really come, `dropped` those nobody took in time,
    `reopened` how often the source was opened again after trouble, `fault` its last trouble.
    """

    state: CameraState
    since: float
    sentence: Sentence
    source: str
    size: tuple[int, int]
    fps: float
    frames: int
    dropped: int
    reopened: int
    fault: str


def open_source(
    text: str,
    *,
    clock: Callable[[], float],
    loop: bool = False,
    opener: Callable[[Source], Capture] = open_capture,
) -> Camera:
    """Return a camera, not yet started, for "0", "/dev/video0", a file, a folder or an address.

    `clock` gives monotonic seconds. Files and folders play at their own rate and end, or begin
    again with `loop`, when the path is opened anew and may hold another file. Raises CameraError
    for a name that means nothing and for a file that cannot be played; a camera or stream that
    does not answer is a state, because it may yet be switched on.
    """
    source = parse_source(text)
    if not source.live:
        _try_out(source, opener)
    return Camera(source, clock=clock, loop=loop, opener=opener)


def _try_out(source: Source, opener: Callable[[Source], Capture]) -> None:
    capture = opener(source)
    try:
        if capture.read() is None:
            raise CameraError(
                f"{source.name} holds no picture that can be shown.",
                f"{source.name} 中没有可以显示的画面。",
            )
    finally:
        capture.close()


class Camera:
    """One source in a thread of its own. `start()` it, `take()` pictures, `stop()` it."""

    def __init__(
        self,
        source: Source,
        *,
        clock: Callable[[], float],
        loop: bool = False,
        opener: Callable[[Source], Capture] = open_capture,
    ) -> None:
        self._clock = clock
        self._watch = CameraWatch(clock(), live=source.live)
        self._feed = CameraFeed(source, clock, self._watch, loop=loop, opener=opener)
        self._fresh = threading.Condition()
        self._newest: Frame | None = None
        self._taken = 0
        self._overtaken = 0
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the thread; the first picture comes when the source has opened."""
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and give the camera back."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(_STOP_PATIENCE)

    def take(self, timeout: float = 0.0) -> Frame | None:
        """Return the newest picture not taken before, waiting up to `timeout` seconds for one."""
        with self._fresh:
            self._fresh.wait_for(self._has_fresh, timeout)
            if not self._has_fresh():
                return None
            assert self._newest is not None
            self._taken = self._newest.seq
            return self._newest

    @property
    def newest(self) -> Frame | None:
        """The newest picture, taken or not, as the screen shows it."""
        with self._fresh:
            return self._newest

    def status(self) -> CameraStatus:
        """Return how the camera is now; right even while the thread hangs in a driver."""
        state, since = self._watch.judged(self._clock())
        newest = self.newest
        height, width = (0, 0) if newest is None else newest.image.shape[:2]
        return CameraStatus(
            state=state,
            since=since,
            sentence=SENTENCES[state],
            source=self._feed.opened_as,
            size=(width, height),
            fps=self._watch.fps,
            frames=0 if newest is None else newest.seq,
            dropped=self._overtaken + self._feed.skipped,
            reopened=self._feed.reopened,
            fault=self._feed.fault,
        )

    def _run(self) -> None:
        wait: float | None = 0.0
        while wait is not None and not self._stopping.wait(wait):
            step = self._feed.step()
            wait = step.wait
            if step.image is not None:
                self._publish(step.image)
        self._feed.close()

    def _publish(self, image: Image) -> None:
        with self._fresh:
            seq = 1 if self._newest is None else self._newest.seq + 1
            self._overtaken += self._has_fresh()
            self._newest = Frame(seq, self._clock(), image)
            self._fresh.notify_all()

    def _has_fresh(self) -> bool:
        return self._newest is not None and self._newest.seq > self._taken
