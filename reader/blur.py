"""Blur undone among modules: the finder patterns show how much of its neighbours each one shows.

Their modules are known, so that the light sampled there tells the point spread between modules,
whether it comes from the lens, from movement or from sampling beside the middles. The rest of the
symbol is then the pattern of values between dark and light that, spread so, looks as the samples
do: Landweber's iteration (1951) with its values kept in bounds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader.lattice import Field
from reader.opencv import cv2
from reader.pattern import fixed_modules

_WIDE: Final = 3  # modules: wider spreads were not told apart from noise
_ROUNDS: Final = 60
_TRUST_IN_NONE: Final = 0.0005  # pulls the spread towards none where the patterns do not say
_LEAST_GAIN: Final = 0.02  # of full white, between dark and light


def unblurred(light: Field, size: int) -> Field | None:
    """Return the modules of a symbol of `size`, 1 light to 0 dark, or None where no symbol can be.

    `light` (n × n, margin included) is 0 black to 1 white, as sampled and not evened out.
    """
    spread = _spread(light, size)
    if spread is None:
        return None
    kernel, dark, gain = spread
    seen = np.asarray((light - dark) / gain, np.float32)
    fixed = fixed_modules(size)
    known, value = fixed != 0, (fixed + 1) / 2
    back = np.ascontiguousarray(kernel[::-1, ::-1])
    pace = 1.5 / max(1e-3, float(np.abs(kernel).sum()) ** 2)
    modules = np.where(known, value, np.clip(seen, 0, 1)).astype(np.float32)
    for _ in range(_ROUNDS):
        off = seen - cv2.filter2D(modules, -1, kernel, borderType=cv2.BORDER_REPLICATE)
        step = cv2.filter2D(np.asarray(off, np.float32), -1, back, borderType=cv2.BORDER_REPLICATE)
        modules = np.clip(modules + np.float32(pace) * step, 0, 1)
        modules[known] = value[known]
    return modules


def _spread(light: Field, size: int) -> tuple[Field, float, float] | None:
    """Return the spread (3 × 3, sum 1), and the light of dark and how much more there is of light."""
    patterns, rows, columns = _charts(size)
    samples = light[rows, columns].astype(np.float64)
    pull = _TRUST_IN_NONE * len(samples) * np.eye(patterns.shape[1])
    pull[-1, -1] = 1e-9
    none = np.zeros(patterns.shape[1])
    none[_WIDE * _WIDE // 2] = 1
    found = np.linalg.solve(patterns.T @ patterns + pull, patterns.T @ samples + pull @ none)
    gain = float(found[:-1].sum())
    if gain < _LEAST_GAIN:
        return None
    kernel = (found[:-1] / gain).reshape(_WIDE, _WIDE).astype(np.float32)
    return kernel, float(found[-1]), gain


@lru_cache(maxsize=16)
def _charts(size: int) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the neighbours of every module whose neighbours are all known, a 1 beside, and where it is."""
    fixed = fixed_modules(size)
    around = np.ones((_WIDE, _WIDE), np.uint8)
    whole = cv2.erode((fixed != 0).astype(np.uint8), around, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    # The quiet zone away from dark modules says nothing of the spread, and may not be there.
    telling = cv2.dilate((fixed < 0).astype(np.uint8), np.ones((_WIDE + 2, _WIDE + 2), np.uint8))
    rows, columns = np.nonzero((whole > 0) & (telling > 0))
    value, half = (fixed + 1) / 2, _WIDE // 2
    shifts = [(down, right) for down in range(-half, half + 1) for right in range(-half, half + 1)]
    neighbours = [value[rows + down, columns + right] for down, right in shifts]
    return np.column_stack([*neighbours, np.ones(len(rows))]).astype(np.float64), rows, columns
