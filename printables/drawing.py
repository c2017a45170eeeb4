"""A printed page as a value in millimetres; writers know this and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from printables import typeface
from printables.fonts import Face
from printables.symbol import QUIET_ZONE, Symbol
from reader.inspection.findings import Finding
from reader.inspection.limits import Camera as Camera

MM_PER_INCH = 25.4
POINTS_PER_MM = 72 / MM_PER_INCH
WHITE = "#ffffff"
BLACK = "#000000"

# A bold weight is the outline drawn with a pen this wide (em): one font file then serves both.
BOLD_PEN = 1 / 28


class Weight(StrEnum):
    """How heavy a text is."""

    REGULAR = "regular"
    BOLD = "bold"


class Anchor(StrEnum):
    """Which point of a text's baseline its x is."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Use:
    """How a symbol is meant to be read: by what, from how far (mm), with which level at least."""

    camera: Camera
    distance: float
    least_level: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in mm, y downwards from the top of the page."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, slack: float = 0.01) -> bool:
        """Whether the two share more than `slack` mm in both directions."""
        return (
            self.left + slack < other.right
            and other.left + slack < self.right
            and self.top + slack < other.bottom
            and other.top + slack < self.bottom
        )

    def within(self, other: Box, slack: float = 0.01) -> bool:
        """Whether this box reaches no more than `slack` mm beyond the other."""
        return (
            self.left >= other.left - slack
            and self.top >= other.top - slack
            and self.right <= other.right + slack
            and self.bottom <= other.bottom + slack
        )


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle; x, y is its top left corner."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line of a thickness."""

    x1: float
    y1: float
    x2: float
    y2: float
    thickness: float
    colour: str


@dataclass(frozen=True, slots=True)
class Text:
    """One line of characters that the drawing's face has; y is the baseline, size the em in mm.

    A `turned` line stands on its head: it runs from its anchor to the left and its letters hang.
    """

    text: str
    x: float
    y: float
    size: float
    colour: str
    weight: Weight = Weight.REGULAR
    anchor: Anchor = Anchor.START
    turned: bool = False

    @property
    def pen(self) -> float:
        """The width of the outline that makes the text bold, in mm; 0 when it is not."""
        return self.size * BOLD_PEN if self.weight is Weight.BOLD else 0.0


@dataclass(frozen=True, slots=True)
class SymbolAt:
    """A QR code with the top left corner of its quiet zone at x, y; `module` is in mm."""

    symbol: Symbol
    x: float
    y: float
    module: float
    use: Use
    dark: str = BLACK
    light: str = WHITE

    @property
    def side(self) -> float:
        """The side of the symbol's place, quiet zone included, in mm."""
        return (self.symbol.size + 2 * QUIET_ZONE) * self.module

    @property
    def inset(self) -> float:
        """The width of the quiet zone in mm."""
        return QUIET_ZONE * self.module


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of `columns` × `rows` pixels, row by row: 3 bytes each (RGB), or 1 when it is `grey`."""

    columns: int
    rows: int
    pixels: bytes
    grey: bool = False


@dataclass(frozen=True, slots=True)
class PictureAt:
    """A picture in its place; `turned` stands it on its head."""

    picture: Picture
    x: float
    y: float
    width: float
    height: float
    turned: bool = False


Item = Rect | Line | Text | SymbolAt | PictureAt


@dataclass(frozen=True, slots=True)
class Drawing:
    """One page: its size in mm, what it is called, its main language (BCP 47), face and items.

    Items are painted in order. `findings` is what its maker already had to say about it, such as
    characters that the face lacks.
    """

    width: float
    height: float
    title: str
    language: str
    face: Face
    items: tuple[Item, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def page(self) -> Box:
        """The whole page."""
        return Box(0, 0, self.width, self.height)

    @property
    def symbols(self) -> tuple[SymbolAt, ...]:
        """The QR codes on the page."""
        return tuple(item for item in self.items if isinstance(item, SymbolAt))

    @property
    def texts(self) -> tuple[Text, ...]:
        """The lines of text on the page, in painting order."""
        return tuple(item for item in self.items if isinstance(item, Text))


def start_of(text: Text, face: Face) -> float:
    """The x of the first character's origin, in mm, whatever the anchor."""
    if text.anchor is Anchor.START:
        return text.x
    across = typeface.width(face, text.text) * text.size
    back = across if text.anchor is Anchor.END else across / 2
    return text.x + back if text.turned else text.x - back


def box_of(item: Item, face: Face) -> Box:
    """The box an item needs: a text's full line height, a symbol's quiet zone."""
    match item:
        case Rect():
            return Box(item.x, item.y, item.x + item.width, item.y + item.height)
        case Line():
            return _around_line(item)
        case SymbolAt():
            return Box(item.x, item.y, item.x + item.side, item.y + item.side)
        case PictureAt():
            return Box(item.x, item.y, item.x + item.width, item.y + item.height)
        case Text():
            return _around_text(item, face)


def _around_text(text: Text, face: Face) -> Box:
    start, half_pen = start_of(text, face), text.pen / 2
    across = typeface.width(face, text.text) * text.size
    above, below = typeface.ascent(face) * text.size, typeface.descent(face) * text.size
    if text.turned:
        return Box(start - across - half_pen, text.y - below, start + half_pen, text.y + above)
    return Box(start - half_pen, text.y - above, start + across + half_pen, text.y + below)


def _around_line(line: Line) -> Box:
    half = line.thickness / 2
    return Box(
        min(line.x1, line.x2) - half,
        min(line.y1, line.y2) - half,
        max(line.x1, line.x2) + half,
        max(line.y1, line.y2) + half,
    )
