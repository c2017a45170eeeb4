"""Laying cut-outs over a picture: 8-bit BGRA whose colour is already multiplied by its coverage.

Colour without coverage is therefore light that is added, such as haze or a reflection.
"""

import cv2
import numpy as np

from demo.picture.optics import Picture

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are just outside."""


def lay(below: Picture, above: Picture) -> None:
    """Lay the cut-out `above` over `below` (BGR or BGRA, of the same height and width), in place."""
    rest = cv2.bitwise_not(cv2.extractChannel(above, 3))
    channels = below.shape[2]
    colour = above if channels == 4 else cv2.cvtColor(above, cv2.COLOR_BGRA2BGR)
    kept = cv2.multiply(np.ascontiguousarray(below), cv2.merge([rest] * channels), scale=1 / 255)
    below[:] = cv2.add(kept, colour)


def trimmed(cut_out: Picture, mask: Picture) -> Picture:
    """Return the cut-out where `mask` (8-bit, one channel) shows it."""
    return np.asarray(cv2.multiply(cut_out, cv2.merge([mask] * 4), scale=1 / 255), np.uint8)


def around(corners: list[tuple[float, float]], margin: float, size: tuple[int, int]) -> Box | None:
    """Return the box `margin` pixels around the corners, cut to a picture of `size`; None if outside it."""
    across, down = zip(*corners, strict=True)
    left, top = max(0, int(min(across) - margin)), max(0, int(min(down) - margin))
    right = min(size[0], int(max(across) + margin) + 2)
    bottom = min(size[1], int(max(down) + margin) + 2)
    return (left, top, right, bottom) if left < right and top < bottom else None
