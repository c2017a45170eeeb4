"""Pictures one by one from a source that may go away: opening, pacing, and opening again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from kiosk.camera.capture import Capture, Image
from kiosk.camera.source import CameraError, Source, SourceKind
from kiosk.camera.watch import CameraState, CameraWatch

_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 3.0
_CAMERAS: Final = range(5)  # a camera plugged in again often comes back under another number
_UNFREEZE_AFTER: Final = 5.0
_FAR_BEHIND: Final = 1.0  # the machine slept: play on from here instead of chasing


@dataclass(frozen=True, slots=True)
class Step:
    """A picture, if one came, and the seconds to wait before the next step; None: it is over."""

    image: Image | None
    wait: float | None


class CameraFeed:
    """Takes one step at a time and never raises; whoever steps it decides on threads and time."""

    def __init__(
        self,
        source: Source,
        clock: Callable[[], float],
        watch: CameraWatch,
        *,
        loop: bool,
        opener: Callable[[Source], Capture],
    ) -> None:
        self._source = source
        self._clock = clock
        self._watch = watch
        self._loop = loop
        self._opener = opener
        self._capture: Capture | None = None
        self._failures = 0
        self._played = 0  # pictures since the source was opened
        self._opened_at = 0.0  # when the first of them was due
        self.opened_as = source.name
        self.skipped = 0
        self.reopened = 0
        self.fault = ""

    def step(self) -> Step:
        """Open the source if need be and take one picture from it, waiting as long as it takes."""
        try:
            capture = self._capture or self._open()
            image = capture.read()
        except CameraError as error:
            return self._failed(error.sentence.en)
        except Exception as error:  # a driver's fault must not end the camera thread
            return self._failed(repr(error))
        if image is None:
            return self._silent(capture)
        return self._arrived(capture, image)

    def close(self) -> None:
        """Give the source back."""
        if self._capture is not None:
            self._capture.close()
            self._capture = None

    def _open(self) -> Capture:
        """Open the first source that opens; after trouble other cameras count, too."""
        fault: CameraError | None = None
        for source in self._candidates():
            try:
                self._capture = self._opener(source)
            except CameraError as error:
                fault = fault or error
                continue
            self._played = 0
            self._opened_at = self._clock()
            self.opened_as = source.name
            self.reopened += self._failures > 0
            return self._capture
        assert fault is not None
        raise fault

    def _candidates(self) -> tuple[Source, ...]:
        own = self._source
        if own.kind is not SourceKind.DEVICE or not self._failures:
            return (own,)
        others = tuple(replace(own, name=str(index), index=index) for index in _CAMERAS if index != own.index)
        # A camera may open and yet give nothing, so that every second time the others go first.
        return (own, *others) if self._failures % 2 else (*others, own)

    def _arrived(self, capture: Capture, image: Image) -> Step:
        now = self._clock()
        self._failures = 0
        self._played += 1
        self._watch.picture(image, now)
        if self._stuck(now):
            self.fault = "The picture was frozen."
            self.reopened += 1
            self.close()
            return Step(image, 0.0)
        return Step(image, self._until_next(capture, now) if capture.finite else 0.0)

    def _stuck(self, now: float) -> bool:
        state, since = self._watch.judged(now)
        frozen = state is CameraState.FROZEN and now - since >= _UNFREEZE_AFTER
        return frozen and now - self._opened_at >= 2 * _UNFREEZE_AFTER

    def _until_next(self, capture: Capture, now: float) -> float:
        """Return the seconds until the next picture is due, passing over those already late."""
        period = 1.0 / capture.fps
        lag = now - (self._opened_at + self._played * period)
        if lag > _FAR_BEHIND:
            self._opened_at += lag
            return 0.0
        while lag > period and capture.skip():
            self._played += 1
            self.skipped += 1
            lag -= period
        return max(0.0, -lag)

    def _silent(self, capture: Capture) -> Step:
        if not (capture.finite and self._played):
            return self._failed("The source stopped giving pictures.")
        self.close()
        if self._loop:
            return Step(None, 0.0)
        self._watch.ended(self._clock())
        return Step(None, None)

    def _failed(self, fault: str) -> Step:
        self.close()
        self.fault = fault
        self._failures += 1
        self._watch.failed(self._clock())
        return Step(None, min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(self._failures - 1, 8)))
