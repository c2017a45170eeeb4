"""A code as a picture, and what an inspection found in one."""

from __future__ import annotations

import numpy as np
from PIL import Image

from printables.symbol import qr
from reader.inspection.inspecting import Report

TEXT = "HTTPS://CHECKIN.SPRUCE.EXAMPLE/V/CI5XYQNE6DLJHUZ2WVTM4GKA7R"


def code(
    *, level: str = "Q", module: int = 8, quiet: int = 4, dark: int = 0, light: int = 255, ground: int = 128
) -> Image.Image:
    """A code on a ground of another grey, so that its quiet zone ends somewhere."""
    symbol = qr(TEXT, level)
    modules = np.where(np.pad(np.array(symbol.modules), quiet), dark, light).astype(np.uint8)
    picture = Image.fromarray(np.kron(modules, np.ones((module, module), np.uint8)))
    page = Image.new("L", (picture.width + 120, picture.height + 120), ground)
    page.paste(picture, (60, 60))
    return page


def codes(found: Report) -> set[str]:
    return {finding.code for finding in found.findings}
