"""What the pixels of a printed code are worth: module size, contrast, quiet zone, sharpness, light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.inspection.limits import QUIET_ZONE
from reader.reading import Anatomy

Gray = NDArray[np.uint8]
Floats = NDArray[np.float64]

# Of a ring of the quiet zone this share may look dark: specks, a paper's grain.
_SPECKS: Final = 0.03
# A module whose middle is closer to the threshold than this share of the contrast may be taken for the other.
_CLEAR_FROM: Final = 0.2
# Beside the middle of a module: corners found to a pixel may be off by a third of one.
_WITHIN: Final = (-0.2, 0.0, 0.2)


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured of one symbol.

    `module` is in pixels. `light` and `dark` are the linear reflectances (0–1, white is 1) of its modules,
    `contrast` their difference, `against_paper` the same relative to the light ones, whatever the exposure.
    `quiet` counts the free modules around it, 0 to 4; `cut_off` tells that the picture ends before. `unclear`
    is the share of modules that are neither light nor dark; `evenness` the least light of any ninth of
    the symbol relative to the most.
    """

    module: float
    light: float
    dark: float
    quiet: int
    cut_off: bool
    unclear: float
    evenness: float

    @property
    def contrast(self) -> float:
        """Symbol contrast (ISO/IEC 15415), for pictures whose white is the paper's."""
        return self.light - self.dark

    @property
    def against_paper(self) -> float:
        """Contrast as a share of the light modules' reflectance, for photographs."""
        return self.contrast / self.light if self.light > 0 else 0.0


def measured(gray: Gray, symbol: Anatomy) -> Measures:
    """Measure a symbol that was read in a grey picture (h × w); perspective is allowed for."""
    to_pixels = _homography(symbol)
    linear = _linear(gray)
    values = _modules(linear, to_pixels, symbol.size)
    threshold = _threshold(values)
    light, dark = values[values > threshold], values[values <= threshold]
    lightness, darkness = (float(np.median(part)) if part.size else 0.0 for part in (light, dark))
    quiet, cut_off = _quiet_zone(linear, to_pixels, symbol.size, threshold)
    return Measures(
        module=_side(symbol) / symbol.size,
        light=lightness,
        dark=darkness,
        quiet=quiet,
        cut_off=cut_off,
        unclear=_unclear(values),
        evenness=_evenness(values),
    )


def _side(symbol: Anatomy) -> float:
    """The mean side of the symbol, in pixels."""
    corners = np.array(symbol.corners, dtype=float)
    return float(np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1).mean())


def _linear(gray: Gray) -> Floats:
    """Grey levels as linear light: screens, scanners and cameras all use sRGB's curve."""
    levels = np.arange(256) / 255
    curve = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return np.asarray(curve[gray], dtype=np.float64)


def _homography(symbol: Anatomy) -> Floats:
    """The 3 × 3 matrix from module coordinates (0 to size) to pixels, from the four corners."""
    size = float(symbol.size)
    square = ((0.0, 0.0), (size, 0.0), (size, size), (0.0, size))
    rows = []
    for (u, v), (x, y) in zip(square, symbol.corners, strict=True):
        rows.append([u, v, 1, 0, 0, 0, -u * x, -v * x])
        rows.append([0, 0, 0, u, v, 1, -u * y, -v * y])
    flat = np.linalg.solve(np.array(rows), np.array(symbol.corners, dtype=float).ravel())
    return np.append(flat, 1.0).reshape(3, 3)


def _at(linear: Floats, to_pixels: Floats, across: Floats, down: Floats) -> Floats:
    """The light at module coordinates, between four pixels; NaN outside the picture."""
    points = to_pixels @ np.stack([across.ravel(), down.ravel(), np.ones(across.size)])
    # A corner is where pixels meet; a pixel's middle is half a pixel further.
    x, y = points[0] / points[2] - 0.5, points[1] / points[2] - 0.5
    height, width = linear.shape
    inside = (x >= 0) & (y >= 0) & (x <= width - 1) & (y <= height - 1)
    x, y = np.clip(x, 0, width - 1.001), np.clip(y, 0, height - 1.001)
    left, top = x.astype(int), y.astype(int)
    right, below = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    dx, dy = x - left, y - top
    upper = linear[top, left] * (1 - dx) + linear[top, right] * dx
    lower = linear[below, left] * (1 - dx) + linear[below, right] * dx
    return np.where(inside, upper * (1 - dy) + lower * dy, np.nan).reshape(across.shape)


def _modules(linear: Floats, to_pixels: Floats, size: int) -> Floats:
    """The light of every module (size × size), the mean of nine points around its middle."""
    middles = np.arange(size) + 0.5
    points = (middles[:, None] + np.array(_WITHIN)[None, :]).ravel()
    across, down = np.meshgrid(points, points)
    values = _at(linear, to_pixels, across, down)
    shape = (size, len(_WITHIN), size, len(_WITHIN))
    return np.asarray(np.nan_to_num(values).reshape(shape).mean(axis=(1, 3)))


def _threshold(values: Floats) -> float:
    low, high = np.percentile(values, (5, 95))
    return float(low + high) / 2


def _quiet_zone(linear: Floats, to_pixels: Floats, size: int, threshold: float) -> tuple[int, bool]:
    """How many rings of modules around the symbol are light, and whether the picture ends in the next."""
    for ring in range(1, QUIET_ZONE + 1):
        values = _ring(linear, to_pixels, size, ring)
        if np.isnan(values).any():
            return ring - 1, True
        if (values <= threshold).mean() > _SPECKS:
            return ring - 1, False
    return QUIET_ZONE, False


def _ring(linear: Floats, to_pixels: Floats, size: int, ring: int) -> Floats:
    """The light along the middle of a ring of modules, `ring` modules away from the symbol."""
    near, far = 0.5 - ring, size + ring - 0.5
    along = np.arange(near, far + 0.25, 0.5)
    same = np.ones_like(along)
    across = np.concatenate([along, along, near * same, far * same])
    down = np.concatenate([near * same, far * same, along, along])
    return _at(linear, to_pixels, across, down)


def _ninths(values: Floats) -> list[Floats]:
    """The symbol in three by three parts, each in its own light."""
    return [ninth for row in np.array_split(values, 3) for ninth in np.array_split(row, 3, axis=1)]


def _unclear(values: Floats) -> float:
    """The share of modules that are near the threshold of their own part of the symbol."""
    unclear = 0
    for ninth in _ninths(values):
        low, high = np.percentile(ninth, (5, 95))
        unclear += int((np.abs(ninth - (low + high) / 2) < _CLEAR_FROM * (high - low)).sum())
    return unclear / values.size


def _evenness(values: Floats) -> float:
    """The least light of any ninth of the symbol relative to the most."""
    lights = [float(np.percentile(ninth, 90)) for ninth in _ninths(values)]
    return min(lights) / max(lights) if max(lights) > 0 else 0.0
