"""What turns linear light into a camera's picture: blur, the film curve, and smooth steps between values."""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""8-bit BGR (or BGRA) as the camera delivers it, gamma applied."""
Field = NDArray[np.float32]
"""Linear light, distances or masks."""


def blurred(field: Field, sigma: float) -> Field:
    """Return `field` blurred by a Gaussian of `sigma` pixels; unchanged if that is too small to matter."""
    if sigma < 0.15:
        return field
    return np.asarray(cv2.GaussianBlur(field, (0, 0), sigma), np.float32)


def step(low: float, high: float, value: Field) -> Field:
    """Return 0 below `low`, 1 above `high`, and a smooth rise between them."""
    ramp = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(ramp * ramp * (3 - 2 * ramp), np.float32)


def developed(light: Field) -> Picture:
    """Return linear light (1 = white paper in full light) as 8-bit values, highlights rolled off."""
    shoulder = np.where(light < 0.6, light, 0.6 + 0.4 * (1 - np.exp(-(light - 0.6) / 0.4)))
    return np.asarray(np.clip(shoulder, 0, 1) ** (1 / 2.2) * 255 + 0.5, np.uint8)


def linear(colour: tuple[int, int, int]) -> Field:
    """Return an 8-bit BGR colour as linear light."""
    return np.asarray((np.array(colour) / 255) ** 2.2, np.float32)
