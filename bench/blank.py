"""Generated pictures that hold no QR code, and look as much like one as may be: nothing may be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from bench.degraded import FAMILIES, PER_MODULE, Field, Gray, flat_from, photographed
from reader.opencv import cv2

_SIZES: Final = (21, 25, 29, 33, 45)
_PAPER: Final = 4  # modules of blank paper around


def blanks(kind: str, count: int, seed: int = 0) -> Iterator[Gray]:
    """Yield `count` pictures of one kind, each spoiled in one of the usual ways."""
    families = list(FAMILIES.values())
    for number in range(count):
        rng = np.random.default_rng((seed, number, *kind.encode()))
        how = families[number % len(families)](rng)
        yield photographed(KINDS[kind](rng), how, rng)


def _size(rng: np.random.Generator) -> int:
    return int(rng.choice(_SIZES))


def _random(rng: np.random.Generator, size: int) -> Field:
    return rng.integers(0, 2, (size, size)).astype(np.float32)


def _on_paper(dark: Field) -> Field:
    return flat_from(np.pad(dark, _PAPER))


def _decoy(rng: np.random.Generator) -> Field:
    """A QR symbol's finder and timing patterns around modules that mean nothing."""
    size = _size(rng)
    dark = _random(rng, size)
    dark[6, :] = dark[:, 6] = np.arange(size) % 2 == 0
    for x, y in ((0, 0), (size - 7, 0), (0, size - 7)):
        dark[max(0, y - 1) : y + 8, max(0, x - 1) : x + 8] = 0
        _rings(dark, x, y, 7)
    return _on_paper(dark)


def _rings(dark: Field, x: int, y: int, side: int) -> None:
    for ring in range((side + 1) // 2):
        dark[y + ring : y + side - ring, x + ring : x + side - ring] = 1 - ring % 2
    if side == 7:
        dark[y + 2 : y + 5, x + 2 : x + 5] = 1


def _aztec(rng: np.random.Generator) -> Field:
    """Random modules around a bull's eye."""
    size = _size(rng)
    dark = _random(rng, size)
    _rings(dark, size // 2 - 5, size // 2 - 5, 11)
    return _on_paper(dark)


def _data_matrix(rng: np.random.Generator) -> Field:
    """Random modules with two solid sides and two dotted ones."""
    size = _size(rng) + 1
    dark = _random(rng, size)
    dark[0, :] = np.arange(size) % 2 == 0
    dark[:, -1] = np.arange(size) % 2 == 1
    dark[:, 0] = dark[-1, :] = 1
    return _on_paper(dark)


def _checks(rng: np.random.Generator) -> Field:
    size, period = _size(rng), int(rng.integers(1, 5))
    row = (np.arange(size) // period) % 2
    return _on_paper((row[:, None] ^ row[None, :]).astype(np.float32))


def _windows(rng: np.random.Generator) -> Field:
    """A front of squares in squares, each of which might be a finder pattern."""
    size = _size(rng) + 10
    dark = np.zeros((size, size), np.float32)
    pitch = int(rng.integers(8, 13))
    for y in range(0, size - 7, pitch):
        for x in range(0, size - 7, pitch):
            _rings(dark, x, y, 7)
    return _on_paper(dark)


def _stripes(rng: np.random.Generator) -> Field:
    size = _size(rng)
    return _on_paper(np.repeat(rng.integers(0, 2, (1, size)), size, axis=0).astype(np.float32))


def _words(rng: np.random.Generator) -> Field:
    side = (_size(rng) + 2 * _PAPER) * PER_MODULE
    page = np.full((side, side), 255, np.uint8)
    letters = "ABCDEFGHKLMNPRSTUVWXYZ0123456789 "
    for y in range(20, side, int(rng.integers(18, 40))):
        line = "".join(rng.choice(list(letters), side // 9))
        cv2.putText(page, line, (4, y), cv2.FONT_HERSHEY_SIMPLEX, float(rng.uniform(0.4, 0.9)), 0, 1)
    return np.asarray(page / np.float32(255), np.float32)


def _texture(rng: np.random.Generator) -> Field:
    """Clouds, cloth or gravel: noise of one grain size, soft or of two tones."""
    side = (_size(rng) + 2 * _PAPER) * PER_MODULE
    cloud = cv2.GaussianBlur(rng.normal(0, 1, (side, side)).astype(np.float32), (0, 0), rng.uniform(2, 16))
    level = (cloud - cloud.min()) / max(1e-6, float(np.ptp(cloud)))
    return np.asarray(level > 0.5 if rng.random() < 0.5 else level, np.float32)


KINDS: Final[Mapping[str, Callable[[np.random.Generator], Field]]] = MappingProxyType(
    {
        "decoy": _decoy,
        "aztec": _aztec,
        "data matrix": _data_matrix,
        "modules": lambda rng: _on_paper(_random(rng, _size(rng))),
        "checks": _checks,
        "windows": _windows,
        "stripes": _stripes,
        "words": _words,
        "texture": _texture,
    }
)
"""What a picture without a code shows, by name."""
