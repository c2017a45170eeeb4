"""Frame numbers painted into a clip's corner, so that whoever sees a frame knows which one it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

_BITS: Final = 13  # over four minutes at 30 frames a second
_ACROSS: Final = 80  # squares in the picture's width


def stamped(frames: Iterable[Picture]) -> Iterator[Picture]:
    """Yield BGR frames, in place, each with its number (from 0) as squares in the upper left corner."""
    for number, frame in enumerate(frames):
        side = frame.shape[1] // _ACROSS
        for place, light in enumerate(_squares(number)):
            frame[:side, place * side : (place + 1) * side] = 255 * light
        yield frame


def number_in(frame: Picture) -> int | None:
    """Return the number in a grey or BGR frame of any size, or None where there is none."""
    side = frame.shape[1] / _ACROSS
    row = round(side / 2)
    middles = [frame[row, round((place + 0.5) * side)] for place in range(_BITS + 3)]
    lights = [int(np.mean(middle) > 127) for middle in middles]
    number = sum(light << place for place, light in enumerate(lights[2 : 2 + _BITS]))
    return number if lights == _squares(number) else None


def _squares(number: int) -> list[int]:
    """Return light, dark, the bits from the lowest up, and a last one that makes their sum even."""
    bits = [number >> place & 1 for place in range(_BITS)]
    return [1, 0, *bits, sum(bits) % 2]
