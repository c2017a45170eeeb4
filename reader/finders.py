"""Finder patterns found by their shape: a dark square in a light one in a dark one, at any angle.

zxing-cpp finds them along scan lines, which one scratch or noisy row interrupts; nested outlines
(ISO/IEC 18004 §6.3.3: 3, 5 and 7 modules wide) survive both. Used only where nothing was read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reader.opencv import cv2

Gray = NDArray[np.uint8]
Points = NDArray[np.float64]
Outline = NDArray[Any]
"""As OpenCV gives them: points × 1 × 2, whole pixels."""

_MOST: Final = 10  # finders that are put together: 120 triples, of which hardly any fits
_LEAST_RING: Final = 16.0
_BLOCKS: Final = (31, 91)
"""Windows of the local thresholds in pixels: for modules up to about five pixels, and for larger."""


@dataclass(frozen=True, slots=True)
class Finder:
    """One finder pattern: the four corners of its outer square (4 × 2, pixels), its middle and side."""

    corners: Points
    middle: Points
    side: float


@dataclass(frozen=True, slots=True)
class Triple:
    """Three finders that may be one symbol's: at its top left, top right and bottom left."""

    top_left: Finder
    top_right: Finder
    bottom_left: Finder

    @property
    def modules(self) -> float:
        """About how many modules the symbol has along one side."""
        across = _between(self.top_left, self.top_right)
        down = _between(self.top_left, self.bottom_left)
        return (across + down) / 2 + 7


def triples(gray: Gray) -> tuple[Triple, ...]:
    """Return what may be symbols in a picture, the largest first."""
    found = finders(gray)
    fitting = [triple for three in combinations(found[:_MOST], 3) if (triple := _triple(three))]
    return tuple(sorted(fitting, key=lambda triple: -triple.top_left.side * triple.modules))


def finders(gray: Gray) -> tuple[Finder, ...]:
    """Return the finder patterns in a picture, the largest first, each once."""
    apart: list[Finder] = []
    for finder in sorted(_all(gray), key=lambda finder: -finder.side):
        if all(np.hypot(*(finder.middle - other.middle)) > finder.side / 2 for other in apart):
            apart.append(finder)
    return tuple(apart)


def _all(gray: Gray) -> Iterator[Finder]:
    soft = cv2.GaussianBlur(gray, (0, 0), 1.0)
    largest = min(gray.shape) // 2
    for block in _BLOCKS:
        if block // 4 < largest:
            dark = cv2.adaptiveThreshold(
                soft, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 2
            )
            yield from _nested(np.asarray(dark, np.uint8))


def _nested(dark: Gray) -> Iterator[Finder]:
    """Yield each light ring with a dark middle.

    The dark ring around it is not asked for: blurred, it runs into the modules beside it.
    """
    outlines, tree = cv2.findContours(dark, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    parents = [int(row[3]) for row in np.asarray(tree).reshape(-1, 4)] if outlines else []
    for core, hole in enumerate(parents):
        if hole >= 0 and parents[hole] >= 0:
            finder = _finder(np.asarray(outlines[hole]), np.asarray(outlines[core]))
            if finder is not None:
                yield finder


def _finder(hole: Outline, core: Outline) -> Finder | None:
    # Oriented: holes run the other way round, so that a light square in a dark one is none.
    ring, inner = (float(cv2.contourArea(outline, True)) for outline in (hole, core))
    if ring < _LEAST_RING or not 0.12 < -inner / ring < 0.65:
        return None
    box, core_box = cv2.minAreaRect(hole), cv2.minAreaRect(core)
    middle, within = np.array(box[0]), np.array(core_box[0])
    side = math.sqrt(ring)
    filled = ring / max(1.0, box[1][0] * box[1][1])
    if filled < 0.6 or float(np.hypot(*(middle - within))) > 0.15 * side:
        return None
    corners = _quad(hole)
    middle = corners.mean(axis=0)
    return Finder(middle + (corners - middle) * 7 / 5, middle, side * 7 / 5)


def _quad(outline: Outline) -> Points:
    """Return four corners of an outline: its own where it has four, else those of its rectangle."""
    hull = cv2.convexHull(outline)
    for share in (0.04, 0.07, 0.1):
        rough = cv2.approxPolyDP(hull, share * cv2.arcLength(hull, True), True)
        if len(rough) == 4:
            return np.asarray(rough[:, 0], np.float64) + 0.5
    return np.asarray(cv2.boxPoints(cv2.minAreaRect(outline)), np.float64) + 0.5


def _triple(three: tuple[Finder, ...]) -> Triple | None:
    sides = sorted(finder.side for finder in three)
    if sides[2] > 2.2 * sides[0]:
        return None
    for index in range(3):
        first, one, other = three[index], three[index - 1], three[index - 2]
        a, b = one.middle - first.middle, other.middle - first.middle
        long, short = max(np.hypot(*a), np.hypot(*b)), min(np.hypot(*a), np.hypot(*b))
        cross = float(a[0] * b[1] - a[1] * b[0])
        if long > 2.2 * short or abs(cross) < 0.6 * long * short or short < 1.6 * sides[1]:
            continue
        if float(a @ b) > 0.5 * long * short or np.hypot(*(a - b)) < long:
            continue
        return Triple(first, one, other) if cross > 0 else Triple(first, other, one)
    return None


def _between(one: Finder, other: Finder) -> float:
    """Return the modules from middle to middle."""
    return float(np.hypot(*(one.middle - other.middle))) / ((one.side + other.side) / 14)
