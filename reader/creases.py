"""How a bent symbol lies: its modules' edges are followed outwards from the finder patterns.

In a flat symbol every edge between light and dark lies at a whole number of modules. On creased
cloth or curled paper it does not; by how much is one smooth field across and one down, a surface
of cubic B-splines that bends as little as the edges allow. Beyond half a module an edge might
belong to either neighbour, so only edges near the finder patterns count at first, and the circle
widens while the surface, carried on, already says about where the next ones lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.lattice import PER_MODULE, Field
from reader.opencv import cv2
from reader.pattern import FINDER, MARGIN

_ROUNDS: Final = 16
_STIFFNESS: Final = 0.01  # of 3 to 0.003 the middle of where generated creases were read best
_MODULES_A_KNOT: Final = 5
_FEWEST_KNOTS, _MOST_KNOTS = 6, 13
_MOST_EDGES: Final = 4_000
_FAINTEST: Final = 0.12
_FARTHEST: Final = 0.45  # modules from a whole number: near one half an edge says nothing

_NOTHING: Final = np.empty((0, 0), np.float32)


@dataclass(frozen=True, slots=True)
class _Edges:
    """Places of edges in modules, how clear each is, and the splines' values there (edges × knots²)."""

    at: Field
    clear: Field
    splines: Field
    away: Field  # modules from the nearest finder pattern's middle


def shifts_of_modules(contrast: Field, size: int) -> Field:
    """Return how far, in modules, each module's middle lies to the right and down (2 × n × n).

    `contrast` is a flattened symbol of `size` modules; n includes the margin. Where no edge says
    otherwise, the shift is what the surface carries there.
    """
    total = size + 2 * MARGIN
    knots = max(_FEWEST_KNOTS, min(_MOST_KNOTS, total // _MODULES_A_KNOT))
    surfaces = [_surface(_edges(contrast, size, knots, axis), size, knots) for axis in (0, 1)]
    middles = np.arange(total, dtype=np.float32) + 0.5
    at_x, at_y = np.meshgrid(middles, middles)
    x, y = at_x, at_y
    for _ in range(4):  # the surfaces say where a place belongs; asked here is the place of a module
        across, down = (_height(surface, x, y, total, knots) for surface in surfaces)
        x, y = at_x - across, at_y - down
    return np.stack([x - at_x, y - at_y])


def _edges(contrast: Field, size: int, knots: int, axis: int) -> _Edges:
    """Find where light turns dark along every fourth row (axis 0) or column (axis 1)."""
    rows = np.arange(1, contrast.shape[0], 4)
    lines = (contrast if axis == 0 else contrast.T)[rows]
    before, after = lines[:, :-1], lines[:, 1:]
    step = np.abs(after - before)
    row, column = np.nonzero((before * after < 0) & (step > _FAINTEST))
    share = before[row, column] / (before[row, column] - after[row, column])
    at = ((column + share + 0.5) / PER_MODULE).astype(np.float32)
    beside = ((rows[row] + 0.5) / PER_MODULE).astype(np.float32)
    low, high = MARGIN - 0.7, MARGIN + size + 0.7
    inside = np.nonzero((at > low) & (at < high) & (beside > low) & (beside < high))[0]
    inside = inside[:: 1 + len(inside) // _MOST_EDGES]
    at, beside, clear = at[inside], beside[inside], step[row, column][inside]
    x, y = (at, beside) if axis == 0 else (beside, at)
    splines = _splines(x, y, size + 2 * MARGIN, knots)
    return _Edges(at, clear, splines, _away_from_finders(x, y, size))


def _away_from_finders(x: Field, y: Field, size: int) -> Field:
    near, far = MARGIN + FINDER / 2, MARGIN + size - FINDER / 2
    distances = [
        np.maximum(np.abs(x - left), np.abs(y - top))
        for left, top in ((near, near), (far, near), (near, far))
    ]
    return np.asarray(np.minimum.reduce(distances), np.float32)


def _surface(edges: _Edges, size: int, knots: int) -> Field:
    """Return the heights of the knots (knots² × 1) of the surface that takes edges to whole numbers."""
    heights = np.zeros((knots * knots, 1), np.float32)
    if not len(edges.at):  # a patch without an edge: nothing says that it is bent
        return heights
    stiff = _STIFFNESS * _bending(knots)
    for number in range(_ROUNDS):
        reach = FINDER / 2 + 1 + 0.75 * size * number / (_ROUNDS - 2)
        height = _product(edges.splines, heights)[:, 0]
        off = np.round(edges.at + height) - edges.at - height
        weight = edges.clear * np.clip(1 - (off / _FARTHEST) ** 2, 0, 1)
        used = np.nonzero((edges.away <= reach) & (weight > 0))[0]
        if not len(used):
            continue
        splines = edges.splines[used]
        weighted = splines * weight[used, None]
        normal = np.asarray(_product(weighted, splines, cv2.GEMM_1_T) + stiff, np.float32)
        target = _product(weighted, (off + height)[used, None], cv2.GEMM_1_T)
        solved, heights_now = cv2.solve(normal, target, flags=cv2.DECOMP_CHOLESKY)
        if not solved:
            return heights
        heights = np.asarray(heights_now, np.float32)
    return heights


def _product(one: Field, other: Field, flags: int = 0) -> Field:
    """Return a matrix product by OpenCV: numpy's threads cost more than they save on so little."""
    return np.asarray(cv2.gemm(one, other, 1, _NOTHING, 0, flags=flags), np.float32)


def _height(surface: Field, x: Field, y: Field, total: int, knots: int) -> Field:
    return _product(_splines(x.ravel(), y.ravel(), total, knots), surface).reshape(x.shape)


def _splines(x: Field, y: Field, total: int, knots: int) -> Field:
    """Return the values of all knots' splines at places in modules (places × knots²)."""
    along, down = _splines_along(x, total, knots), _splines_along(y, total, knots)
    return np.asarray((down[:, :, None] * along[:, None, :]).reshape(len(x), knots * knots), np.float32)


def _splines_along(at: Field, total: int, knots: int) -> Field:
    """Return the uniform cubic B-splines over 0 … total (places × knots)."""
    scaled = np.clip(at / total, 0, 1) * (knots - 3)
    first = np.minimum(scaled.astype(np.int64), knots - 4)
    rest = scaled - first
    values = np.zeros((len(at), knots), np.float32)
    row = np.arange(len(at))
    values[row, first] = (1 - rest) ** 3 / 6
    values[row, first + 1] = (3 * rest**3 - 6 * rest**2 + 4) / 6
    values[row, first + 2] = (-3 * rest**3 + 3 * rest**2 + 3 * rest + 1) / 6
    values[row, first + 3] = rest**3 / 6
    return values


@lru_cache(maxsize=8)
def _bending(knots: int) -> NDArray[np.float64]:
    """Return the quadratic form of a surface's bending (second differences), a little of size itself."""
    one = np.eye(knots)
    slope, bend = (np.diff(one, times, axis=0) for times in (1, 2))
    slopes, bends = slope.T @ slope, bend.T @ bend
    total = np.kron(bends, one) + np.kron(one, bends) + 2 * np.kron(slopes, slopes)
    return np.asarray(total + 0.01 * np.eye(knots**2))
