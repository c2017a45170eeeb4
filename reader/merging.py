"""One symbol is one reading: what several readers and views found, put together and in order."""

import math
from typing import Final, TypeVar

from reader.found import Anatomy, Box, Corners, Reading

_Read = TypeVar("_Read", Reading, Anatomy)

_SAME_PLACE: Final = 0.5  # intersection over union; a small code inside a large one stays below


def merged(*groups: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Return each symbol once, as the earliest group read it, with all readers that agreed.

    Same text in overlapping places is one symbol. So is another text in the very same place: the
    bytes were the same and the later reader guessed another character set; it is not named then.
    """
    known: list[Reading] = []
    for reading in (reading for group in groups for reading in group):
        index = next((i for i, k in enumerate(known) if _same_symbol(k, reading)), None)
        if index is None:
            known.append(reading)
        elif known[index].text == reading.text:
            known[index] = _agreed(known[index], reading)
    return tuple(known)


def nearest_first(readings: tuple[_Read, ...], shape: tuple[int, ...]) -> tuple[_Read, ...]:
    """Return the readings by distance from the centre of a picture (h, w), in symbol sides.

    Measuring in the symbol's own size puts the large code held up to the camera before a small
    one on a poster behind it, and of two cards side by side the nearer one.
    """
    middle = (shape[1] / 2, shape[0] / 2)
    return tuple(sorted(readings, key=lambda reading: _remoteness(reading.corners, middle)))


def joined(places: tuple[Box, ...]) -> tuple[Box, ...]:
    """Return overlapping places as one, until none overlap; the largest first."""
    apart: list[Box] = []
    for place in places:
        whole = place
        while touching := [other for other in apart if other.shared_with(whole) > 0]:
            apart = [other for other in apart if other not in touching]
            for other in touching:
                whole = whole.joined_with(other)
        apart.append(whole)
    return tuple(sorted(apart, key=lambda place: -place.area))


def _same_symbol(one: Reading, other: Reading) -> bool:
    shared = Box.around(one.corners).shared_with(Box.around(other.corners))
    return shared >= _SAME_PLACE or (one.text == other.text and shared > 0)


def _agreed(one: Reading, other: Reading) -> Reading:
    by = one.by + tuple(name for name in other.by if name not in one.by)
    return Reading(one.text, one.raw, one.corners, by)


def _remoteness(corners: Corners, middle: tuple[float, float]) -> float:
    box = Box.around(corners)
    centre = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    return math.dist(centre, middle) / max(1, box.side)
