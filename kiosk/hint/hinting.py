"""What to tell somebody whose code is in the picture and cannot be read; it comes late and goes calmly."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.wording import Sentence
from kiosk.hint.pattern import Sign, brightness, sign_of_symbol


class Hint(StrEnum):
    """What would help."""

    TOO_FAR = "too_far"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    HOLD_STILL = "hold_still"
    DARK_PLACE = "dark_place"
    BRIGHT_PLACE = "bright_place"


SENTENCES: Final[dict[Hint, Sentence]] = {
    Hint.TOO_FAR: Sentence("Come a little closer", "请再靠近一点"),
    Hint.TOO_DARK: Sentence("Too dark: make the screen brighter", "太暗了，请调亮屏幕"),
    Hint.TOO_BRIGHT: Sentence("Too bright: tilt it a little", "反光太亮，请稍微倾斜"),
    Hint.HOLD_STILL: Sentence("Hold it still", "请拿稳，不要晃动"),
    Hint.DARK_PLACE: Sentence("Too dark here: turn on a light", "环境太暗，请开灯"),
    Hint.BRIGHT_PLACE: Sentence("Too bright: turn away from the light", "光线太强，请避开强光"),
}

LOOK_EVERY_S: Final = 0.1  # a look costs most of a millisecond: ten a second are enough
_WINDOW_S: Final = 0.7
_SHARE: Final = 0.5  # of the looks in the window: a moving symbol is not found each time
_STAYS_S: Final = 1.5
_QUIET_AFTER_READING_S: Final = 1.2
# What has been there for so long is on the wall, and nobody holds it.
_FURNITURE_S: Final = 8.0
_FAR: Final = 2.2  # pixels a module, below which reading fails first in our own tables
_PALE: Final = 46
_GLARING, _WASHED = 250, 130
_DARK, _BRIGHT = 26.0, 232.0


@dataclass(frozen=True, slots=True)
class _Look:
    at_s: float
    hint: Hint | None


class Hinting:
    """Takes the frames that were looked at. Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._looks: deque[_Look] = deque()
        self._looked_s = float("-inf")
        self._quiet_until_s = float("-inf")
        self._shown: Hint | None = None
        self._shown_s = 0.0
        self._busy_since_s: float | None = None
        self._seen_s = float("-inf")

    def step(self, image: NDArray[np.uint8], was_read: bool, now_s: float) -> Hint | None:
        """The hint to show now, given a BGR frame and whether anything was read in it."""
        if was_read:
            self._quiet_until_s = now_s + _QUIET_AFTER_READING_S
            self._looks.clear()
            self._busy_since_s = self._shown = None
        if now_s < self._quiet_until_s or now_s - self._looked_s < LOOK_EVERY_S:
            return self._shown
        if now_s - self._looked_s > _WINDOW_S:
            self._looks.clear()
        self._looked_s = now_s
        self._looks.append(_Look(now_s, self._wanted(image, now_s)))
        while now_s - self._looks[0].at_s > _WINDOW_S + LOOK_EVERY_S:
            self._looks.popleft()
        return self._settled(now_s)

    def _wanted(self, image: NDArray[np.uint8], now_s: float) -> Hint | None:
        level = brightness(image)
        if level < _DARK:
            return Hint.DARK_PLACE
        if level > _BRIGHT:
            return Hint.BRIGHT_PLACE
        sign = sign_of_symbol(image)
        if sign is None:
            if now_s - self._seen_s > 2 * _WINDOW_S:
                self._busy_since_s = None
            return None
        self._seen_s = now_s
        if self._busy_since_s is None:
            self._busy_since_s = now_s
        return None if now_s - self._busy_since_s > _FURNITURE_S else _of(sign)

    def _settled(self, now_s: float) -> Hint | None:
        told = [look.hint for look in self._looks if look.hint is not None]
        spans = now_s - self._looks[0].at_s >= _WINDOW_S
        if spans and len(told) >= _SHARE * len(self._looks):
            best = max(set(told), key=told.count)
            if self._shown is None or (best is not self._shown and now_s - self._shown_s >= _STAYS_S):
                self._shown, self._shown_s = best, now_s
        elif self._shown is not None and not told and now_s - self._shown_s >= _STAYS_S:
            self._shown = None
        return self._shown


def _of(sign: Sign) -> Hint:
    if sign.light >= _GLARING and sign.dark >= _WASHED:
        return Hint.TOO_BRIGHT
    if sign.light - sign.dark < _PALE:
        return Hint.TOO_DARK if sign.light < 200 else Hint.TOO_BRIGHT
    return Hint.TOO_FAR if sign.module < _FAR else Hint.HOLD_STILL
