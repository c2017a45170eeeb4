"""Symbols that were found and not read, laid flat module by module and given to the decoder anew.

Nothing is believed here: every attempt ends in the symbol's own error correction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from reader.blur import unblurred
from reader.budget import Budget, Stage
from reader.creases import shifts_of_modules
from reader.engines import ZXING, read_modules
from reader.finders import Triple, triples
from reader.found import Corners, Outline, Reading
from reader.lattice import (
    Field,
    Gray,
    Place,
    contrast,
    flattened,
    place_from_corners,
    places_from_finders,
    sampled,
)
from reader.opencv import cv2
from reader.pattern import MARGIN, likeness
from reader.views import View

_LEAST_LIKENESS: Final = 0.5  # of a symbol's fixed modules; what is no symbol stays below 0.4
_MOST_TRIPLES: Final = 3
_MOST_SIZES: Final = 2
_SOFTENINGS: Final = (5, 1)
"""Pixels of the flat symbol averaged before sampling: against noise, then to keep what is sharp."""


def from_outlines(view: View, outlines: tuple[Outline, ...], budget: Budget) -> tuple[Reading, ...]:
    """Read what zxing-cpp located in a view and could not read; corners are the picture's."""
    places = (
        place_from_corners(np.asarray(outline.corners, np.float64), outline.size) for outline in outlines
    )
    found = (
        _read(view, place, budget) for place in places if budget.allows(Stage.GRID, _flat_ms(place.size))
    )
    return tuple(reading for reading in found if reading is not None)


def from_finders(view: View, shown: View, budget: Budget) -> tuple[Reading, ...]:
    """Read what has three finder patterns in `shown`, a view of the same pixels made clearer.

    Light is sampled from `view`, whose blur and noise have not been worked on.
    """
    if not budget.allows(Stage.FINDERS, 1 + 20 * shown.gray.size / 1e6):
        return ()
    found: list[Reading] = []
    for triple in triples(shown.gray)[:_MOST_TRIPLES]:
        readings = (_read(view, place, budget) for place in _likely(view.gray, triple, budget))
        found.extend(reading for reading in readings if reading is not None)
        if found:
            break
    return tuple(found)


def _likely(gray: Gray, triple: Triple, budget: Budget) -> Iterator[Place]:
    """Yield the sizes under which the fixed modules of a symbol are where they should be."""
    rated = []
    for place in places_from_finders(triple):
        if budget.allows(Stage.GRID, _flat_ms(place.size)):
            light = sampled(contrast(flattened(gray, place)))
            rated.append((likeness(light, place.size), place))
    rated.sort(key=lambda one: -one[0])
    yield from (place for alike, place in rated[:_MOST_SIZES] if alike >= _LEAST_LIKENESS)


def _read(view: View, place: Place, budget: Budget) -> Reading | None:
    flat = flattened(view.gray, place)
    clear = contrast(flat)
    found = _decoded(flat, clear, None, place.size, budget)
    if found is None and budget.allows(Stage.CREASES, _creases_ms(place.size)):
        found = _decoded(flat, clear, shifts_of_modules(clear, place.size), place.size, budget)
    if found is None:
        return None
    return Reading(*found, view.corners_in_picture(_whole(place)), (ZXING,))


def _decoded(
    flat: Gray, clear: Field, shifts: Field | None, size: int, budget: Budget
) -> tuple[str | None, bytes] | None:
    """Try the modules as they are, then with their blur undone."""
    symbol = slice(MARGIN, -MARGIN)
    if found := read_modules(sampled(clear, shifts)[symbol, symbol] < 0):
        return found
    for side in _SOFTENINGS:
        if not budget.allows(Stage.BLUR, _blur_ms(size)):
            return None
        soft = np.asarray(cv2.blur(flat, (side, side)), np.float32)
        modules = unblurred(sampled(soft, shifts) / np.float32(255), size)
        if modules is not None and (found := read_modules(modules[symbol, symbol] < 0.5)):
            return found
    return None


def _whole(place: Place) -> Corners:
    a, b, c, d = ((round(float(x)), round(float(y))) for x, y in place.corners)
    return a, b, c, d


def _flat_ms(size: int) -> float:
    return 0.2 + 0.0003 * size * size


def _blur_ms(size: int) -> float:
    return 0.5 + 0.0003 * size * size


def _creases_ms(size: int) -> float:
    return 2 + 0.0085 * size * size
