"""Whether a camera can be trusted: lost, frozen, badly exposed and slow, told from the pictures alone."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.wording import Sentence

# Each stays below the 5 s within which trouble must be on the screen (design §5.4).
SILENCE: Final = 2.0
STILLNESS: Final = 3.0
EXPOSURE: Final = 2.0  # a camera that adjusts itself needs about one
_RATE_WINDOW: Final = 3.0
_LEAST_FPS: Final = 5.0  # below it a code is held up longer than a person stands still
_OPENING: Final = 4.5
_BLACK: Final = 16.0  # video black is 16 of 255; a covered lens is hardly above it
_DARK: Final = 40.0  # dark modules and light ones are nearer to each other than the noise
_DARK_HIGHLIGHT: Final = 90.0  # a lit phone is brighter: whoever holds one is read in the dark
_ALMOST_ALL: Final = 0.995
_WHITE: Final = 240
_MOSTLY: Final = 0.97  # of the picture; a code in it would darken more than the rest
_STEP: Final = 8  # every eighth pixel is enough to tell still from moving, black from dim


class CameraState(StrEnum):
    """What is the matter with the camera, worst first."""

    ENDED = "ended"
    LOST = "lost"
    OPENING = "opening"
    BLACK = "black"
    BRIGHT = "bright"
    FROZEN = "frozen"
    DARK = "dark"
    SLOW = "slow"
    OK = "ok"


SENTENCES: Final[Mapping[CameraState, Sentence]] = MappingProxyType(
    {
        CameraState.ENDED: Sentence("The recording has ended.", "录像已播放完毕。"),
        CameraState.LOST: Sentence(
            "No picture from the camera: check its cable.", "摄像头没有画面：请检查连接线。"
        ),
        CameraState.OPENING: Sentence("The camera is starting.", "摄像头正在启动。"),
        CameraState.BLACK: Sentence(
            "The picture is black: uncover the lens, turn on the light.",
            "画面全黑：请移开镜头遮挡物或开灯。",
        ),
        CameraState.BRIGHT: Sentence(
            "The picture is white all over: turn the camera away from the light, or shade it.",
            "画面过曝：请让摄像头避开强光，或加以遮挡。",
        ),
        CameraState.FROZEN: Sentence(
            "The picture has frozen: unplug the camera and plug it in again.",
            "画面停住了：请重新插拔摄像头。",
        ),
        CameraState.DARK: Sentence("The picture is too dark: turn on the light.", "画面太暗：请打开照明。"),
        CameraState.SLOW: Sentence(
            "The camera is too slow: more light or another port may help.",
            "摄像头画面太慢：请增加照明或更换接口。",
        ),
        CameraState.OK: Sentence("The camera works.", "摄像头正常。"),
    }
)


class CameraWatch:
    """Keeps what was last seen of one camera and judges it; times are monotonic seconds.

    Stillness and slowness are faults of live sources only: a recording may rightly show a still.
    The camera thread tells it what comes; any thread may ask, also while that one hangs.
    """

    def __init__(self, now: float, *, live: bool) -> None:
        self._lock = threading.Lock()
        self._live = live
        self._state = CameraState.OPENING
        self._since = now
        self._began = now
        self._failed_at: float | None = None
        self._ended_at: float | None = None
        self._exposed_since: dict[CameraState, float] = {}
        self._still_since = now
        self._last: bytes = b""
        self._times: deque[float] = deque()
        self._steady_from: float | None = None

    def picture(self, image: NDArray[np.uint8], now: float) -> None:
        """Take note of a picture that arrived at `now`."""
        sample = image[::_STEP, ::_STEP]
        exposed = _exposure(sample)
        with self._lock:
            self._count(now)
            self._failed_at = None
            self._exposed_since = {state: self._exposed_since.get(state, now) for state in exposed}
            seen = sample.tobytes()
            if seen != self._last:
                self._last, self._still_since = seen, now

    def _count(self, now: float) -> None:
        if self._steady_from is None or now - self._times[-1] > SILENCE:
            self._steady_from = now  # the rate is judged from here on, not over the gap
        self._times.append(now)
        while self._times[0] < now - _RATE_WINDOW:
            self._times.popleft()

    def failed(self, now: float) -> None:
        """Take note that the source did not open or stopped giving pictures."""
        with self._lock:
            if self._failed_at is None:
                self._failed_at = now

    def ended(self, now: float) -> None:
        """Take note that a recording came to its end."""
        with self._lock:
            self._ended_at = now

    @property
    def fps(self) -> float:
        """Pictures a second over the last three seconds."""
        with self._lock:
            if len(self._times) < 2 or self._times[-1] <= self._times[0]:
                return 0.0
            return (len(self._times) - 1) / (self._times[-1] - self._times[0])

    def judged(self, now: float) -> tuple[CameraState, float]:
        """Return the state at `now` and since when it holds."""
        with self._lock:
            state = self._seen(now)
            if state is not self._state:
                self._state, self._since = state, now
            return self._state, self._since

    def _seen(self, now: float) -> CameraState:
        if self._ended_at is not None:
            return CameraState.ENDED
        if self._failed_at is not None:
            return CameraState.LOST
        if not self._times:
            return CameraState.LOST if now - self._began > _OPENING else CameraState.OPENING
        if now - self._times[-1] > SILENCE:
            return CameraState.LOST
        for exposure in (CameraState.BLACK, CameraState.BRIGHT):
            if self._exposed(exposure, now):
                return exposure
        if self._live and now - self._still_since >= STILLNESS:
            return CameraState.FROZEN
        if self._exposed(CameraState.DARK, now):
            return CameraState.DARK
        return CameraState.SLOW if self._live and self._slow(now) else CameraState.OK

    def _exposed(self, state: CameraState, now: float) -> bool:
        return now - self._exposed_since.get(state, now) >= EXPOSURE

    def _slow(self, now: float) -> bool:
        assert self._steady_from is not None
        if now - self._steady_from < _RATE_WINDOW:
            return False
        recent = sum(1 for at in self._times if at > now - _RATE_WINDOW)
        return recent < _LEAST_FPS * _RATE_WINDOW


def _exposure(sample: NDArray[np.uint8]) -> tuple[CameraState, ...]:
    """What is wrong with the light of one picture; what is black is dark as well."""
    mean = float(sample.mean())
    if mean <= _BLACK + 4 and float(sample.max()) <= _BLACK * 4:
        return CameraState.BLACK, CameraState.DARK
    if mean <= _DARK and float((sample <= _DARK_HIGHLIGHT).mean()) >= _ALMOST_ALL:
        return (CameraState.DARK,)
    if mean >= _WHITE * _MOSTLY and float((sample >= _WHITE).mean()) >= _MOSTLY:
        return (CameraState.BRIGHT,)
    return ()
