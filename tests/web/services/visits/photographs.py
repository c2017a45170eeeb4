"""Photographs of places as cameras make them."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

_ORIENTATION, _GPS = 0x0112, 0x8825


def photograph(width: int = 1200, height: int = 900, kind: str = "JPEG") -> bytes:
    """Noise, which no JPEG makes small, taken upright by a camera that lay on its side."""
    pixels = np.random.default_rng(1).integers(0, 255, (height, width, 3), np.uint8)
    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    exif[_GPS] = {1: "N", 2: (26.0, 4.0, 5.0)}
    body = io.BytesIO()
    Image.fromarray(pixels).save(body, kind, exif=exif)
    return body.getvalue()
