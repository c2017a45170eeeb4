"""Signs of a QR symbol in a picture, found by its finder patterns, in about half a millisecond."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]

_ROWS_APART: Final = 6
_MARGIN: Final = 10  # levels a pixel must be darker than its surroundings
_FLAT: Final = 24  # and light and dark must be this far apart
_WEIGHTS: Final = np.array([1, 1, 3, 1, 1])  # ISO/IEC 18004 §6.3.3: the modules across a finder
_SLACK: Final = np.array([1.0, 1.0, 2.0, 1.0, 1.0])
_SMALLEST, _LARGEST = 1.0, 40.0  # modules in pixels
_MOST_CHECKED: Final = 24
_ALIKE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Sign:
    """A finder pattern: its middle (x, y), its modules in pixels, and how dark and light it is (0..255)."""

    x: int
    y: int
    module: float
    dark: int
    light: int


def brightness(image: NDArray[np.uint8]) -> float:
    """The mean level of a BGR picture, 0 to 255, from every sixteenth pixel."""
    return float(image[::16, ::16, 1].mean())


def sign_of_symbol(image: NDArray[np.uint8]) -> Sign | None:
    """A finder pattern in a BGR picture, crossing 1:1:3:1:1 both ways, of middle size; None without one."""
    green = image[:, :, 1]
    signs = [
        sign
        for x, y, module in _across(green[::_ROWS_APART])[:_MOST_CHECKED]
        if (sign := _down(green, int(x), int(y) * _ROWS_APART, module))
    ]
    # A symbol has three alike; one alone is noise. Rows at a finder's edge measure it too wide or too narrow.
    signs.sort(key=lambda sign: sign.module)
    middle = signs[len(signs) // 2] if signs else None
    alike = [sign for sign in signs if middle and abs(sign.module - middle.module) < _ALIKE * middle.module]
    return middle if len(alike) > 1 else None


def _across(rows: Gray) -> list[tuple[float, float, float]]:
    """The middles (x, row) and module widths of what looks like a finder along some row, the likest first."""
    width = rows.shape[1]
    dark = _is_dark(rows)
    # Each row ends light, so that no run goes on into the next one.
    dark[:, 0] = dark[:, -1] = False
    edges = np.flatnonzero(dark.ravel()[1:] != dark.ravel()[:-1]) + 1
    if len(edges) < 6:
        return []
    runs = np.diff(edges)
    five = np.lib.stride_tricks.sliding_window_view(runs, 5)[::2]  # the first edge enters the dark
    modules = five.sum(axis=1) / 7
    off = np.abs(five - modules[:, None] * _WEIGHTS)
    fits = (off < 0.5 * modules[:, None] * _SLACK).all(axis=1)
    fits &= (modules >= _SMALLEST) & (modules <= _LARGEST)
    which = np.flatnonzero(fits)
    starts, modules = edges[which * 2], modules[which]
    order = np.argsort((off[which] / modules[:, None]).sum(axis=1), kind="stable")
    middles = starts + 3.5 * modules
    return [(float(middles[one] % width), float(middles[one] // width), float(modules[one])) for one in order]


def _is_dark(rows: Gray) -> NDArray[np.bool_]:
    """Where a pixel is darker than the mean of a window along its row."""
    half = max(8, rows.shape[1] // 12)
    sums = np.pad(np.cumsum(rows, axis=1, dtype=np.int32), ((0, 0), (half, half)), "edge")
    # Windows that reach over the edge sum less, so that nothing there counts as dark.
    window = sums[:, 2 * half :] - sums[:, : -2 * half]
    return np.asarray(rows < (window // (2 * half) - _MARGIN))


def _down(green: Gray, x: int, y: int, module: float) -> Sign | None:
    """The finder at (x, y) if its column agrees with its row."""
    reach = round(5 * module) + 1
    top = max(0, y - reach)
    column = green[top : y + reach, x].astype(np.int32)
    if len(column) < 7 or int(column.max()) - int(column.min()) < _FLAT:
        return None
    dark, light = (int(level) for level in np.percentile(column, (15, 85)))
    is_dark = column < (dark + light) / 2
    edges = np.flatnonzero(is_dark[1:] != is_dark[:-1]) + 1
    inside = int(np.searchsorted(edges, y - top, side="right"))  # the core ends at this edge
    if not is_dark[y - top] or inside < 3 or inside + 2 >= len(edges):
        return None
    runs = np.diff(edges[inside - 3 : inside + 3])
    own = runs.sum() / 7
    if abs(own - module) > 0.5 * module or (np.abs(runs - own * _WEIGHTS) > 0.7 * own * _SLACK).any():
        return None
    return Sign(x, y, module, dark, light)
