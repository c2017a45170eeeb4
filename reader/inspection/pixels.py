"""Whether a code in a picture file was drawn with whole pixels: each module as many as every other."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.found import Anatomy, Box

Gray = NDArray[np.uint8]

# Of the step from dark to light: less is the grain of a JPEG or a soft edge's foot.
_EDGE: Final = 0.3
# Of the edges this share must lie on the grid: a few are of what a JPEG left over.
_ON_GRID: Final = 0.97
_ASKEW: Final = 1.5


def in_whole_pixels(gray: Gray, symbol: Anatomy) -> bool:
    """Whether all edges between modules lie on one grid of whole pixels; False for one that lies askew.

    Resized pictures have modules of, say, four and five pixels, or grey edges: the smaller the modules, the
    sooner a reader takes one for its neighbour.
    """
    box = Box.around(symbol.corners)
    if not _is_upright(symbol, box):
        return False
    part = gray[max(box.top - 1, 0) : box.bottom + 2, max(box.left - 1, 0) : box.right + 2].astype(np.int16)
    pitch = round(box.side / symbol.size)
    least = _EDGE * float(part.max() - part.min())
    return all(_is_on_grid(np.abs(np.diff(part, axis=axis)) > least, axis, pitch) for axis in (0, 1))


def _is_upright(symbol: Anatomy, box: Box) -> bool:
    """Whether every corner is one of its upright rectangle."""
    return all(
        min(abs(x - box.left), abs(x - box.right)) <= _ASKEW
        and min(abs(y - box.top), abs(y - box.bottom)) <= _ASKEW
        for x, y in symbol.corners
    )


def _is_on_grid(edges: NDArray[np.bool_], axis: int, pitch: int) -> bool:
    """Whether the edges across an axis are a whole number of modules from each other."""
    places = np.nonzero(edges)[axis]
    if pitch < 1 or places.size == 0:
        return False
    on_grid = int(np.bincount(places % pitch, minlength=pitch).max())
    return on_grid >= _ON_GRID * places.size
