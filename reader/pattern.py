"""What every QR symbol of one size has in common (ISO/IEC 18004 §6.3): its modules known beforehand."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Modules = NDArray[np.float32]

MARGIN: Final = 5
"""Modules kept around a symbol: the quiet zone of four, and one in which a filter may fray."""
SMALLEST: Final = 21
LARGEST: Final = 177
FINDER: Final = 7
_TIMING: Final = 6


@lru_cache(maxsize=16)
def fixed_modules(size: int) -> Modules:
    """Return the modules of a symbol `size` wide with MARGIN around: 1 light, -1 dark, 0 unknown.

    Finder patterns with their separators, timing patterns and the quiet zone; alignment patterns
    are left out, since a misjudged size would put them in the wrong place.
    """
    modules = np.zeros((size + 2 * MARGIN, size + 2 * MARGIN), np.float32)
    symbol = modules[MARGIN:-MARGIN, MARGIN:-MARGIN]
    symbol[_TIMING, :] = symbol[:, _TIMING] = np.where(np.arange(size) % 2, 1, -1)
    modules[:MARGIN], modules[-MARGIN:], modules[:, :MARGIN], modules[:, -MARGIN:] = 1, 1, 1, 1
    for x, y in ((0, 0), (size - FINDER, 0), (0, size - FINDER)):
        left, top = x + MARGIN, y + MARGIN
        for ring, colour in ((-1, 1), (0, -1), (1, 1), (2, -1)):
            modules[top + ring : top + FINDER - ring, left + ring : left + FINDER - ring] = colour
    modules.flags.writeable = False
    return modules


def likeness(light: Modules, size: int) -> float:
    """Return how alike sampled light and the fixed modules are: 1 the same, 0 nothing in common.

    The quiet zone counts only next to the symbol: what lies beyond may be anything.
    """
    near = slice(MARGIN - 1, 1 - MARGIN)
    expected = fixed_modules(size)[near, near]
    known = expected != 0
    one, other = light[near, near][known], expected[known]
    one, other = one - one.mean(), other - other.mean()
    return float((one @ other) / max(1e-6, np.sqrt((one @ one) * (other @ other))))
