"""Who is measured: our reader beside the libraries it stands on, all called alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from reader.opencv import cv2
from reader.reading import PYZBAR, ZXING, Effort, Reading, read, read_with

Image: TypeAlias = NDArray[np.uint8]
Contestant: TypeAlias = Callable[[Image], tuple[Reading, ...]]

LIVE: Final = "ours, live"
THOROUGH: Final = "ours, thorough"
_PACKAGES: Final = ("zxing-cpp", "pyzbar", "opencv-python-headless")


def contestants(*, thorough: bool) -> dict[str, Contestant]:
    """Return the readers by the name they have in the tables, ours first; each has been called once."""
    found: dict[str, Contestant] = {LIVE: partial(read, effort=Effort.LIVE)}
    if thorough:
        found[THOROUGH] = partial(read, effort=Effort.THOROUGH)
    found |= {
        "zxing-cpp": partial(read_with, reader=ZXING),
        "pyzbar": partial(read_with, reader=PYZBAR),
        "OpenCV": _opencv(),
    }
    for read_it in found.values():  # first calls load tables and start threads
        read_it(np.full((64, 64), 255, dtype=np.uint8))
    return found


def versions() -> dict[str, str]:
    """Return which releases of the libraries were measured."""
    return {package: version(package) for package in _PACKAGES}


def _opencv() -> Contestant:
    detector = cv2.QRCodeDetector()

    def read_with_opencv(image: Image) -> tuple[Reading, ...]:
        try:
            _, texts, places, _ = detector.detectAndDecodeMulti(image)
        except (cv2.error, UnicodeDecodeError):  # it raises on small pictures and on bytes
            return ()
        corners = [[(round(x), round(y)) for x, y in place] for place in places] if texts else []
        return tuple(
            Reading(text, text.encode(), (a, b, c, d), ("opencv",))
            for text, (a, b, c, d) in zip(texts, corners, strict=True)
            if text
        )

    return read_with_opencv
