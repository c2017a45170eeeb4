"""Frames in which somebody holds a printed code to the camera."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from printables.symbol import qr

Frame = NDArray[np.uint8]


def held_up(
    text: str, *, module: int = 7, quiet: int = 4, level: str = "Q", ink: int = 20, paper: int = 225
) -> Frame:
    """A frame of 1280 × 720 with a code in its middle, on a darker wall, as sharp as a camera sees it."""
    symbol = np.pad(np.array(qr(text, level).modules), quiet)
    picture = np.kron(np.where(symbol, ink, paper).astype(np.uint8), np.ones((module, module), np.uint8))
    frame = np.full((720, 1280), 120, np.uint8)
    top, left = (720 - picture.shape[0]) // 2, (1280 - picture.shape[1]) // 2
    frame[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    soft = np.asarray(Image.fromarray(frame).filter(ImageFilter.GaussianBlur(0.7)))
    return np.repeat(soft[:, :, None], 3, axis=2)


def nobody() -> Frame:
    """A frame of the same wall."""
    return np.full((720, 1280, 3), 120, np.uint8)
