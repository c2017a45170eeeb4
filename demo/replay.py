"""Keeps the demo's camera going: visitors with codes of the minute, then an empty lobby, then again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from demo.clip import FPS, SIZE, render, write_clip
from demo.visits import planned

# Between two walks the lobby stands empty for this long.
_PAUSE_S = 45.0
_EMPTY_S = 4.0
# Drawing takes about a third of the time it plays for; a late start only shortens the codes' rest.
_DRAWING_SHARE = 0.4
_START_S = 3.0


class Replay:
    """Draws clips into one file that a looping player opens again at its end."""

    def __init__(self, path: Path, phones: Sequence[Mapping[int, str]], cards: Sequence[str]) -> None:
        self._path = path
        self._phones = phones
        self._cards = cards
        self._length_s = planned(phones, cards, time.time())[1]

    def draw_visitors(self, told: Callable[[float], None] = lambda share: None) -> float:
        """Write the next walk; returns its length in seconds. `told` hears how much of it is drawn."""
        begins_s = time.time() + self._length_s * _DRAWING_SHARE + _START_S
        appearances, length_s = planned(self._phones, self._cards, begins_s)
        frames = round(length_s * FPS)
        write_clip(
            self._path, render(appearances, length_s), FPS, SIZE, progress=lambda done: told(done / frames)
        )
        return length_s

    def draw_empty(self) -> None:
        """Write an empty lobby."""
        write_clip(self._path, render((), _EMPTY_S), FPS, SIZE)

    def turns(self, length_s: float, sleep: Callable[[float], None]) -> None:
        """Replace what was played by the empty lobby, and that by the next walk, while the codes last."""
        last_s = min(max(phone) for phone in self._phones) - 600
        while time.time() < last_s:
            sleep(length_s / 2)
            self.draw_empty()
            sleep(length_s / 2 + _PAUSE_S)
            length_s = self.draw_visitors()
            sleep(_EMPTY_S)
