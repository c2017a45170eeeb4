"""The test of a print as staff see it: somebody holds a poster to the camera, near or too far away."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from demo.clip import render
from demo.kiosk_stand import HOST
from demo.scene import script
from domain.venue import poster_url
from printables.kinds.kind import Look, drawn
from printables.kinds.poster import POSTER
from printables.png import raster

NEAR, FAR = 700, 250
_TILT = 3


@cache
def sheet_frame(height: int) -> NDArray[np.uint8]:
    """A frame (BGR) in which an A5 poster of the stand's site is held up, so many pixels high."""
    content = replace(POSTER.sample, url=poster_url(f"https://{HOST}", bytes(range(16))), host=HOST)
    (poster,) = drawn(POSTER, content, Look(size="A5"))
    sheet = raster(poster, 150)
    sheet = sheet.resize((sheet.width * height // sheet.height, height), Image.Resampling.LANCZOS)
    shape = Image.new("L", sheet.size, 255).rotate(_TILT, Image.Resampling.BICUBIC, expand=True)
    lit = sheet.rotate(_TILT, Image.Resampling.BICUBIC, expand=True).point(lambda level: 30 + level * 3 // 4)
    scene = Image.fromarray(_empty()[:, :, ::-1])
    # Its code, which stands in the upper left of the sheet, comes to the middle of the picture.
    corner = (scene.width // 2 - int(0.37 * lit.width), scene.height // 2 - int(0.4 * lit.height))
    scene.paste(lit, corner, shape)
    return np.ascontiguousarray(np.asarray(scene.filter(ImageFilter.GaussianBlur(0.6)))[:, :, ::-1])


def _empty() -> NDArray[np.uint8]:
    """The scene before anybody shows anything."""
    return next(iter(render(script([("phone", "CP1:NOBODY", "plain")], first_s=1.0), 0.2, fps=5)))
