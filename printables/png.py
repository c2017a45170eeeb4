"""A drawing as pixels, with every module of a code exactly as many whole pixels wide."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import ceil, floor

from PIL import Image, ImageDraw, ImageFont

from domain.errors import InputError
from printables import typeface
from printables.drawing import (
    MM_PER_INCH,
    WHITE,
    Box,
    Drawing,
    Item,
    Line,
    PictureAt,
    Rect,
    SymbolAt,
    Text,
    box_of,
    start_of,
)
from printables.fonts import Face
from printables.symbol import QUIET_ZONE, Symbol

LEAST_DPI, MOST_DPI = 50, 1200
# An A3 poster at 1200 dpi would take 800 MB; this is one at 600 dpi.
_MOST_PIXELS = 72_000_000


def png(drawing: Drawing, dpi: int = 300) -> bytes:
    """The whole drawing as a PNG that knows its dpi."""
    output = BytesIO()
    raster(drawing, dpi).save(output, "PNG", dpi=(dpi, dpi), optimize=False)
    return output.getvalue()


def raster(drawing: Drawing, dpi: int, part: Box | None = None, *, grey: bool = False) -> Image.Image:
    """The drawing, or the `part` of it in mm, as RGB or grey pixels.

    InputError for a dpi that is out of range, too fine for the page or too coarse for its codes.
    """
    seen = part or drawing.page
    scale = _checked_dpi(dpi) / MM_PER_INCH
    size = (round((seen.right - seen.left) * scale), round((seen.bottom - seen.top) * scale))
    if size[0] * size[1] > _MOST_PIXELS:
        raise InputError("dpi", f"{dpi} dpi is too fine for this page", f"{dpi} dpi 对此页面过高")
    image = Image.new("L" if grey else "RGB", size, WHITE)
    painter = _Painter(image, scale, seen.left, seen.top, drawing.face)
    for item in drawing.items:
        if box_of(item, drawing.face).overlaps(seen):
            painter.paint(item)
    return image


def _checked_dpi(dpi: int) -> int:
    if not LEAST_DPI <= dpi <= MOST_DPI:
        raise InputError(
            "dpi",
            f"dpi must be between {LEAST_DPI} and {MOST_DPI}, not {dpi}.",
            f"dpi 应在 {LEAST_DPI} 与 {MOST_DPI} 之间，而不是 {dpi}。",
        )
    return dpi


@lru_cache(maxsize=64)
def _font(face: Face, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(face.path), pixels, index=face.index, layout_engine=ImageFont.Layout.BASIC)


@dataclass(frozen=True, slots=True)
class _Glyph:
    """One character as it is drawn: em and half the pen's width in pixels, upright or on its head."""

    face: Face
    size: float
    stroke: float
    character: str
    turned: bool


# Characters are placed to a quarter of a pixel, so that the few of many posters are drawn once.
_PARTS = 4
_MOST_KEPT = 100.0


@lru_cache(maxsize=1024)
def _drawn(glyph: _Glyph, right: int, down: int) -> tuple[Image.Image, tuple[int, int]]:
    """A character's shape, so many quarters of a pixel further, and where in it its origin is."""
    font = _font(glyph.face, glyph.size)
    origin = (right / _PARTS, down / _PARTS)
    left, top, beyond, below = font.getbbox(glyph.character, anchor="ls", stroke_width=glyph.stroke)
    edge = (floor(left) - 1, floor(top) - 1)
    size = (ceil(beyond) + 2 - edge[0], ceil(below) + 2 - edge[1])
    shape = Image.new("L", size)
    at = (origin[0] - edge[0], origin[1] - edge[1])
    ImageDraw.Draw(shape).text(
        at, glyph.character, fill=255, font=font, anchor="ls", stroke_width=glyph.stroke
    )
    if glyph.turned:
        return shape.transpose(Image.Transpose.ROTATE_180), (size[0] + edge[0], size[1] + edge[1])
    return shape, (-edge[0], -edge[1])


class _Painter:
    """An image together with where it lies on the page, in pixels per mm."""

    def __init__(self, image: Image.Image, scale: float, left: float, top: float, face: Face) -> None:
        self._image = image
        self._pen = ImageDraw.Draw(image)
        self._scale = scale
        self._origin = (left, top)
        self._face = face

    def paint(self, item: Item) -> None:
        match item:
            case Rect():
                self._fill(item.x, item.y, item.width, item.height, item.colour)
            case Line():
                self._draw_line(item)
            case Text():
                self._set_line(item)
            case SymbolAt():
                self._fill_symbol(item)
            case PictureAt():
                self._place_picture(item)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (x - self._origin[0]) * self._scale, (y - self._origin[1]) * self._scale

    def _fill(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle whose edges are rounded to pixels, at least one pixel thick."""
        left, top = (round(edge) for edge in self._at(x, y))
        right, bottom = (round(edge) for edge in self._at(x + width, y + height))
        self._pen.rectangle((left, top, max(right - 1, left), max(bottom - 1, top)), fill=colour)

    def _draw_line(self, line: Line) -> None:
        thickness = max(round(line.thickness * self._scale), 1)
        ends = (self._at(line.x1, line.y1), self._at(line.x2, line.y2))
        self._pen.line(ends, fill=line.colour, width=thickness)

    def _set_line(self, text: Text) -> None:
        """Set each character at its own place: the font's rounded widths would add up."""
        size, stroke = text.size * self._scale, text.pen * self._scale / 2
        x, y = self._at(start_of(text, self._face), text.y)
        ahead = -size if text.turned else size
        for character in text.text:
            if not character.isspace():
                drawer = typeface.drawer_of(self._face, character)
                self._set_character(_Glyph(drawer, size, stroke, character, text.turned), x, y, text.colour)
            x += typeface.advance(self._face, character) * ahead

    def _set_character(self, glyph: _Glyph, x: float, y: float, colour: str) -> None:
        """Paste a character's shape, at its place to a quarter of a pixel."""
        left, top = floor(x * _PARTS + 0.5), floor(y * _PARTS + 0.5)
        draw = _drawn if glyph.size <= _MOST_KEPT else _drawn.__wrapped__
        # What stands on its head is shifted the other way before it is turned.
        way = -1 if glyph.turned else 1
        shape, origin = draw(glyph, way * left % _PARTS, way * top % _PARTS)
        whole = way * (way * left // _PARTS), way * (way * top // _PARTS)
        self._image.paste(colour, (whole[0] - origin[0], whole[1] - origin[1]), shape)

    def _fill_symbol(self, placed: SymbolAt) -> None:
        """Draw the code with whole pixels per module, centred in its place."""
        self._fill(placed.x, placed.y, placed.side, placed.side, placed.light)
        pixels = int(placed.module * self._scale + 1e-6)
        if pixels < 1:
            raise InputError(
                "dpi",
                "The code needs at least one pixel per module; choose a higher dpi.",
                "二维码每个模块至少需要一个像素，请提高 dpi。",
            )
        surplus = placed.side * self._scale - (placed.symbol.size + 2 * QUIET_ZONE) * pixels
        x, y = self._at(placed.x, placed.y)
        offset = QUIET_ZONE * pixels + surplus / 2
        mask = _mask(placed.symbol, pixels)
        self._image.paste(placed.dark, (round(x + offset), round(y + offset)), mask)

    def _place_picture(self, placed: PictureAt) -> None:
        picture = placed.picture
        mode = "L" if picture.grey else "RGB"
        image = Image.frombytes(mode, (picture.columns, picture.rows), picture.pixels)
        if placed.turned:
            image = image.transpose(Image.Transpose.ROTATE_180)
        size = (max(round(placed.width * self._scale), 1), max(round(placed.height * self._scale), 1))
        x, y = self._at(placed.x, placed.y)
        corner = (round(x), round(y))
        self._image.paste(image.resize(size, Image.Resampling.LANCZOS).convert(self._image.mode), corner)


def _mask(symbol: Symbol, pixels: int) -> Image.Image:
    """The dark modules as an image of `pixels` × `pixels` squares."""
    flat = bytes(255 * module for row in symbol.modules for module in row)
    modules = Image.frombytes("L", (symbol.size, symbol.size), flat)
    side = symbol.size * pixels
    return modules.resize((side, side), Image.Resampling.NEAREST)
