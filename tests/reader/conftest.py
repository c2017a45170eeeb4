"""Pictures for the reader tests: symbols drawn by segno and changed as cameras and printers do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import segno
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def pixels(symbol: segno.QRCode, scale: int = 4, border: int = 4) -> Picture:
    rows = symbol.matrix_iter(scale=scale, border=border)
    return np.array([[0 if dark else 255 for dark in row] for row in rows], dtype=np.uint8)


@pytest.fixture
def drawn() -> Callable[..., Picture]:
    """Draw content as a QR symbol: grey pixels, black on white."""

    def draw(content: str | bytes, scale: int = 4, border: int = 4, **options: object) -> Picture:
        made = segno.make(content, **{"micro": False, "error": "m", **options})
        return pixels(made, scale, border)

    return draw


@pytest.fixture
def structured_append() -> list[Picture]:
    """The three parts of one Structured-Append message."""
    parts = segno.make_sequence("an entry is never edited " * 4, symbol_count=3)
    return [pixels(part) for part in parts]


@pytest.fixture
def table() -> Picture:
    """An empty grey 720p picture with a little noise, to lay symbols on."""
    noise = np.random.default_rng(7).integers(150, 170, (720, 1280))
    return noise.astype(np.uint8)


@pytest.fixture
def lay() -> Callable[[Picture, Picture, int, int], None]:
    """Lay a picture on another with its top left corner at (x, y)."""

    def put(below: Picture, above: Picture, x: int, y: int) -> None:
        height, width = above.shape[:2]
        below[y : y + height, x : x + width] = above

    return put
