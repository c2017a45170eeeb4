"""Image work: other views of one picture, each with the way back to the picture's own pixels."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.found import Box, Corners, Point
from reader.opencv import cv2

Gray = NDArray[np.uint8]

SMALLEST_SIDE: Final = 21  # the modules of a version 1 symbol: nothing smaller can hold one
LARGEST_SIDE: Final = 65_535  # zxing-cpp takes no more
_ENLARGE: Final = 2.0
_CLOSER_PIXELS: Final = 500_000  # bounds zbar to some 15 ms a place


@dataclass(frozen=True, slots=True)
class View:
    """Grey pixels (height × width, uint8) and the 3×3 matrix from them back to the given picture."""

    gray: Gray
    to_picture: NDArray[np.float64]

    def corners_in_picture(self, corners: Corners) -> Corners:
        """Return corners of this view in the pixels of the picture it was made from."""
        points = np.asarray([corners], dtype=np.float64)
        a, b, c, d = cv2.perspectiveTransform(points, self.to_picture)[0]
        return _point(a), _point(b), _point(c), _point(d)


def as_gray(image: NDArray[np.uint8]) -> Gray | None:
    """Return a grey or BGR picture as packed grey pixels; None for any other kind or an empty one."""
    if image.dtype != np.uint8 or image.size == 0:
        return None
    if image.ndim == 3 and image.shape[2] == 3:
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    elif image.ndim == 3 and image.shape[2] == 1:
        image = image[:, :, 0]
    if image.ndim != 2 or min(image.shape) < SMALLEST_SIDE or max(image.shape) > LARGEST_SIDE:
        return None
    return np.ascontiguousarray(image)


def whole(gray: Gray) -> View:
    """Return the picture as it is."""
    return View(gray, np.eye(3))


def resized(view: View, scale: float) -> View:
    """Return the view `scale` times as large: area average to shrink, cubic to enlarge."""
    height, width = view.gray.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    pixels = np.asarray(cv2.resize(view.gray, size, interpolation=how), dtype=np.uint8)
    back = np.diag([width / size[0], height / size[1], 1.0])
    return View(pixels, view.to_picture @ back)


def sharpened(view: View) -> View:
    """Return the view with an unsharp mask that undoes a blur of about one module."""
    soft = cv2.GaussianBlur(view.gray, (0, 0), 3.0)
    crisp = np.asarray(cv2.addWeighted(view.gray, 2.5, soft, -1.5, 0), dtype=np.uint8)
    return View(crisp, view.to_picture)


def evened(view: View) -> View:
    """Return the view with its contrast evened out locally, against glare and shade."""
    even = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(8, 8))
    return View(np.asarray(even.apply(view.gray), dtype=np.uint8), view.to_picture)


def enlarged(view: View, most_pixels: int, scale: float = _ENLARGE) -> View:
    """Return the view enlarged by `scale`, or by less (or shrunk) where that would pass `most_pixels`."""
    fits = min(math.sqrt(most_pixels / view.gray.size), LARGEST_SIDE / max(view.gray.shape))
    return resized(view, min(scale, fits))


def within(view: View, most_pixels: int) -> View:
    """Return the view, made smaller where it has more than `most_pixels`."""
    return view if view.gray.size <= most_pixels else enlarged(view, most_pixels, 1.0)


def inverted(view: View) -> View:
    """Return the view with light and dark changed over."""
    return View(np.asarray(cv2.bitwise_not(view.gray), np.uint8), view.to_picture)


def cut(view: View, place: Box) -> View | None:
    """Return a place cut out; None where it is too small for a symbol."""
    height, width = view.gray.shape
    left, top = max(0, place.left), max(0, place.top)
    right, bottom = min(width, place.right), min(height, place.bottom)
    if min(right - left, bottom - top) < SMALLEST_SIDE:
        return None
    move = np.array([[1.0, 0.0, left], [0.0, 1.0, top], [0.0, 0.0, 1.0]])
    return View(np.ascontiguousarray(view.gray[top:bottom, left:right]), view.to_picture @ move)


def closer(view: View, place: Box) -> View | None:
    """Return a place cut out and enlarged; None where it is too small for a symbol."""
    here = cut(view, place)
    return None if here is None else enlarged(here, _CLOSER_PIXELS)


def _point(xy: NDArray[np.float64]) -> Point:
    return round(float(xy[0])), round(float(xy[1]))
