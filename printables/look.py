"""The few colours and sizes that make all prints look as if one hand had set them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from printables.drawing import MM_PER_INCH, Weight

INK = "#111827"
SOFT = "#4b5563"
# Blue: green, red and amber are kept for decisions.
ACCENT = "#1d4ed8"

# Modules are whole dots of a 300 dpi printer, so that every module comes out equally wide.
PRINTER_DOT = MM_PER_INCH / 300


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set: largest and least size (em, mm), colour, weight, line distance (em).

    It may get smaller, down to the share `one_line_from`, rather than take a second line. Lines are of
    similar length when `even`, as names want it; running text fills its lines.
    """

    most: float
    least: float
    colour: str = INK
    weight: Weight = Weight.REGULAR
    leading: float = 1.3
    one_line_from: float = 1.0
    even: bool = True

    def times(self, factor: float) -> Style:
        """The same style on a sheet that is `factor` times as large."""
        return replace(self, most=self.most * factor, least=self.least * factor)
