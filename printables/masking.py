"""Which of the eight data masks suits a QR code best (ISO/IEC 18004 §7.8.3), for all eight at once.

The encoder's own choice is made module by module in Python and takes four fifths of its time; this gives
the same answer from arrays. What it does not do is encode: it is given a finished symbol.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Modules = NDArray[np.bool_]

# Table 11: the cost of a run of five, a block of four, a finder-like pattern, and 5 % off the balance.
_RUN, _BLOCK, _PATTERN, _BALANCE = 3, 3, 40, 10
_FINDER: Final = np.array([1, 0, 1, 1, 1, 0, 1], dtype=bool)
_SHORTEST_RUN: Final = 5
_FIRST_WITH_VERSION: Final = 17 + 4 * 7


def best_mask(candidates: Modules) -> int:
    """The number of the symbol with the lowest penalty, among 8 × n × n modules, one symbol for each mask.

    Of several it is the first. Format and version information do not count: they are added after the
    choice (§7.8).
    """
    masked = candidates.copy()
    size = masked.shape[1]
    masked[:, 8, [*range(6), 7, 8, *range(size - 8, size)]] = False
    masked[:, [*range(6), 7, 8, *range(size - 8, size)], 8] = False
    if size >= _FIRST_WITH_VERSION:
        masked[:, :6, size - 11 : size - 8] = False
        masked[:, size - 11 : size - 8, :6] = False
    upright = np.ascontiguousarray(masked.transpose(0, 2, 1))
    penalties = _blocks(masked) + _balance(masked)
    for lines in (masked, upright):
        penalties = penalties + _runs(lines) + _patterns(lines)
    return int(np.argmin(penalties))


def _runs(lines: Modules) -> NDArray[np.int64]:
    """Runs of five modules or more along each line: three points, and one for each module beyond five."""
    same = lines[:, :, 1:] == lines[:, :, :-1]
    steps = _SHORTEST_RUN - 1
    width = same.shape[2] - steps + 1
    inside = np.logical_and.reduce([same[:, :, at : at + width] for at in range(steps)])
    first = inside.copy()
    first[:, :, 1:] &= ~inside[:, :, :-1]
    # A run of n modules holds n - 4 such windows, of which one is its first.
    return np.asarray(_count(inside) + (_RUN - 1) * _count(first))


def _blocks(masked: Modules) -> NDArray[np.int64]:
    """Squares of two by two modules of one colour."""
    across = masked[:, :, 1:] == masked[:, :, :-1]
    down = masked[:, 1:, :] == masked[:, :-1, :]
    return np.asarray(_BLOCK * _count(across[:, 1:] & across[:, :-1] & down[:, :, 1:]))


def _balance(masked: Modules) -> NDArray[np.int64]:
    """How far the share of dark modules is from a half, in steps of 5 %."""
    share = masked.mean(axis=(1, 2)) * 100
    return np.asarray(_BALANCE * (np.abs(share - 50) / 5).astype(np.int64))


def _patterns(lines: Modules) -> NDArray[np.int64]:
    """Patterns like a finder's along each line with four light modules, or the edge, on either side."""
    size, length = lines.shape[2], len(_FINDER)
    places = size - length + 1
    found = np.logical_and.reduce([lines[:, :, at : at + places] == dark for at, dark in enumerate(_FINDER)])
    light = np.pad(~lines, ((0, 0), (0, 0), (4, 4)), constant_values=True)
    four = np.logical_and.reduce([light[:, :, at : at + size + 5] for at in range(4)])
    counted = found & (four[:, :, :places] | four[:, :, length + 4 : length + 4 + places])
    counted[:, :, 0] |= found[:, :, 0]
    counted[:, :, -1] |= found[:, :, -1]
    penalties = np.zeros(len(lines), dtype=np.int64)
    behind = (-1, -1, 0)
    for mask, line, at in np.argwhere(counted).tolist():
        # Of two that share modules only the first counts.
        if (mask, line) == behind[:2] and at < behind[2]:
            continue
        behind = (mask, line, at + length)
        penalties[mask] += _PATTERN
    return penalties


def _count(where: Modules) -> NDArray[np.int64]:
    return np.asarray(np.count_nonzero(where, axis=(1, 2)), dtype=np.int64)
