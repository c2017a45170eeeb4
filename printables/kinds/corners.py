"""What stands in the corners of a sheet: a rule and a logo above, a code below."""

from __future__ import annotations

from collections.abc import Sequence

from printables.drawing import Box, Picture, PictureAt, Rect, SymbolAt, Use
from printables.logo.placing import placed_logo
from printables.look import ACCENT, PRINTER_DOT
from printables.symbol import QUIET_ZONE, qr
from reader.inspection.findings import Finding


def upper_marks(
    area: Box, logo: Picture | None, room: tuple[float, float], rule: Sequence[float], unit: float
) -> tuple[tuple[Rect | PictureAt, ...], tuple[Finding, ...]]:
    """The rule at the upper left of `area` (mm) and the logo at its upper right, with what is to be said.

    `room` of the logo and the size of the `rule` are width and height at the designed size, `unit` times
    as large here.
    """
    corner = Box(area.right - room[0] * unit, area.top, area.right, area.top + room[1] * unit)
    placed, said = placed_logo(logo, corner, across=1.0)
    return (Rect(area.left, area.top, rule[0] * unit, rule[1] * unit, ACCENT), *placed), said


def lower_code(text: str, use: Use, area: Box, side: float, quiet: int = 0) -> SymbolAt | None:
    """The code of `text` in the lower right corner, its dark modules at the edges of `area` (mm).

    The quiet zone may reach into the margins, the dark modules may not. They and `quiet` modules beside
    them are at most `side` mm wide, in whole dots of a printer. None for no text.
    """
    if not text:
        return None
    symbol = qr(text, use.least_level)
    module = int(side / (symbol.size + quiet) / PRINTER_DOT) * PRINTER_DOT
    whole, inset = (symbol.size + 2 * QUIET_ZONE) * module, QUIET_ZONE * module
    return SymbolAt(symbol, area.right + inset - whole, area.bottom + inset - whole, module, use)
