"""Checks a print before it leaves: by the rules, and by reading its own code back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from domain.wording import Sentence
from printables import checks
from printables.drawing import Box, Drawing, SymbolAt, box_of
from printables.findings import PrintRefused
from printables.png import raster
from reader.inspection.findings import Finding, Flaw

# What an office printer or a browser's preview makes of a page.
READ_BACK_DPI = 150
# The neighbourhood of the code that is read with it, in mm.
_AROUND = 2.0

_CHECKS = (
    checks.quiet_zones,
    checks.symbol_contrast,
    checks.module_sizes,
    checks.levels,
    checks.page_edges,
    checks.overlaps,
    checks.text_contrast,
)


def lint(drawing: Drawing) -> tuple[Finding, ...]:
    """Everything there is to say about a drawing, its maker's findings first; () is perfect.

    Besides the rules, every code is drawn at 150 dpi together with what surrounds it, and both
    readers must give back its exact text.
    """
    ruled = (finding for check in _CHECKS for finding in check(drawing))
    return (*drawing.findings, *ruled, *_read_back(drawing))


def release(drawing: Drawing) -> Drawing:
    """The drawing itself when nothing fails; PrintRefused with all findings otherwise.

    What does not fail, such as replaced characters, is in the drawing's own `findings`.
    """
    findings = lint(drawing)
    if any(finding.fails for finding in findings):
        raise PrintRefused(findings)
    return drawing


def _read_back(drawing: Drawing) -> Iterator[Finding]:
    # With the first code that is read: OpenCV and both readers are a fifth of all that the site would load.
    from reader.reading import PYZBAR, ZXING, read_with

    for placed in drawing.symbols:
        picture = _picture(drawing, placed)
        for reader in (ZXING, PYZBAR):
            texts = [reading.text for reading in read_with(picture, reader)]
            if texts != [placed.symbol.text]:
                yield Finding(
                    Flaw.NOT_READ_BACK,
                    Sentence(
                        f"The reader {reader} cannot read the printed code back.",
                        f"识读器 {reader} 无法读回打印出的二维码。",
                    ),
                )


def _picture(drawing: Drawing, placed: SymbolAt) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The code and its neighbourhood as grey pixels."""
    place, page = box_of(placed, drawing.face), drawing.page
    part = Box(
        max(place.left - _AROUND, page.left),
        max(place.top - _AROUND, page.top),
        min(place.right + _AROUND, page.right),
        min(place.bottom + _AROUND, page.bottom),
    )
    return np.asarray(raster(drawing, READ_BACK_DPI, part, grey=True))
