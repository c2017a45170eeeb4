"""The opener's part of reading a picture from a round: pixels in, texts out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reader.reading import Effort, read


def texts_in(grey: NDArray[np.uint8]) -> list[str]:
    """What both readers find in a grey picture (h × w), each text once, the nearest to its middle first."""
    found = read(grey, effort=Effort.THOROUGH)
    return list(dict.fromkeys(reading.text for reading in found if reading.text))
