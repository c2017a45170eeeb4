"""A symbol laid flat: its place in a picture, a raster of its own, and the light of each module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.finders import Finder, Points, Triple
from reader.opencv import cv2
from reader.pattern import FINDER, LARGEST, MARGIN, SMALLEST

Gray = NDArray[np.uint8]
Field = NDArray[np.float32]
Matrix = NDArray[np.float64]

PER_MODULE: Final = 6  # pixels of a flat symbol: more than the picture has, so that nothing is lost
_MOST_CANDIDATES: Final = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where a symbol of `size` modules may be: the 3×3 matrix from its modules to pixels.

    Module (0, 0) begins at the corner of the top left finder pattern; pixel centres are whole.
    """

    size: int
    to_pixels: Matrix

    @property
    def corners(self) -> Points:
        """The four corners in pixels (4 × 2), from the top left one round."""
        square = np.array([[[0, 0], [self.size, 0], [self.size, self.size], [0, self.size]]], np.float64)
        return np.asarray(cv2.perspectiveTransform(square, self.to_pixels)[0], np.float64)


def place_from_corners(corners: Points, size: int) -> Place:
    """Return the place between four corners in pixels (4 × 2), from the top left one round."""
    square = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32)
    matrix = cv2.getPerspectiveTransform(square, corners.astype(np.float32))
    return Place(size, np.asarray(matrix, np.float64))


def places_from_finders(triple: Triple) -> tuple[Place, ...]:
    """Return the places three finders leave open: their sizes are near, but not exactly, one of forty."""
    about = triple.modules
    nearest = round((about - 17) / 4)
    sizes = [17 + 4 * version for version in range(nearest - 2, nearest + 3)]
    sizes = sorted(
        (size for size in sizes if SMALLEST <= size <= LARGEST), key=lambda size: abs(size - about)
    )
    places = (_place(triple, size) for size in sizes[:_MOST_CANDIDATES])
    return tuple(place for place in places if place is not None)


def _place(triple: Triple, size: int) -> Place | None:
    """Return the perspective that fits the twelve corners of the finders best."""
    right, down = (
        triple.top_right.middle - triple.top_left.middle,
        triple.bottom_left.middle - triple.top_left.middle,
    )
    to_axes = np.linalg.inv(np.column_stack([right, down]))
    far = size - FINDER
    seen, meant = [], []
    for finder, at in (
        (triple.top_left, (0, 0)),
        (triple.top_right, (far, 0)),
        (triple.bottom_left, (0, far)),
    ):
        seen.append(_in_order(finder, to_axes))
        meant.append(np.array(at) + FINDER * np.array([[0, 0], [1, 0], [1, 1], [0, 1]]))
    matrix, _ = cv2.findHomography(np.concatenate(meant).astype(np.float64), np.concatenate(seen), 0)
    return None if matrix is None else Place(size, np.asarray(matrix, np.float64))


def _in_order(finder: Finder, to_axes: Matrix) -> Points:
    """Return the corners of a finder from the one nearest the symbol's top left round."""
    axes = (finder.corners - finder.middle) @ to_axes.T
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    return np.asarray(finder.corners[np.argmax(axes @ signs.T, axis=0)], np.float64)


def flattened(gray: Gray, place: Place) -> Gray:
    """Return the symbol with MARGIN modules around it, upright, PER_MODULE pixels a module."""
    side = (place.size + 2 * MARGIN) * PER_MODULE
    half = 0.5 / PER_MODULE - MARGIN
    from_raster = np.array([[1 / PER_MODULE, 0, half], [0, 1 / PER_MODULE, half], [0, 0, 1]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    flat = cv2.warpPerspective(
        gray, place.to_pixels @ from_raster, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(flat, np.uint8)


def contrast(flat: Gray) -> Field:
    """Return a flat symbol as 1 where it is lightest and -1 where darkest of what is around."""
    soft = cv2.GaussianBlur(flat, (0, 0), PER_MODULE / 4)
    side = 4 * PER_MODULE + 1  # four modules: nowhere in a symbol is a wider patch of one colour
    window = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    light = cv2.blur(cv2.dilate(soft, window).astype(np.float32), (side, side))
    dark = cv2.blur(cv2.erode(soft, window).astype(np.float32), (side, side))
    half = np.maximum(light - dark, 8) / 2
    return np.asarray(np.clip((soft - (light + dark) / 2) / half, -1, 1), np.float32)


def sampled(raster: NDArray[np.float32], shifts: Field | None = None) -> Field:
    """Return a raster's values at the middles of the modules, MARGIN included.

    `shifts` (2 × modules × modules) are how far, in modules, each middle really lies to the right and down.
    """
    middles = (np.arange(raster.shape[0] // PER_MODULE, dtype=np.float32) + 0.5) * PER_MODULE - 0.5
    x, y = np.meshgrid(middles, middles)
    if shifts is not None:
        x, y = x + shifts[0] * PER_MODULE, y + shifts[1] * PER_MODULE
    return np.asarray(cv2.remap(raster, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)
