"""Drawings as a PDF: vector modules, embedded subset font, the same bytes for the same drawings."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache, partial
from io import BytesIO
from itertools import chain, groupby

from PIL import Image
from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import FILL_EVEN_ODD, Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from printables import typeface
from printables.drawing import (
    POINTS_PER_MM,
    Drawing,
    Item,
    Line,
    Picture,
    PictureAt,
    Rect,
    SymbolAt,
    Text,
    start_of,
)
from printables.fonts import Face
from printables.lent import lent_font
from printables.page_file import Output, PageFile
from printables.symbol import outlines

# Streams as bytes: wrapped in ASCII they are a quarter larger and much slower to make.
rl_config.useA85 = 0

# PDF 32000-1 §9.3.6: fill, or fill and then stroke, the outlines of the glyphs.
_FILL, _FILL_AND_STROKE = 0, 2


def pdf(drawings: Iterable[Drawing]) -> bytes:
    """One page for each drawing, at its exact size; title and language are the first one's, b"" for none."""
    output = BytesIO()
    write_pdf(drawings, output)
    return output.getvalue()


def write_pdf(drawings: Iterable[Drawing], output: Output, title: str = "") -> int:
    """Write one page for each drawing, as they come, and return how many; nothing at all for none.

    The language is the first one's, and so is the title unless one is given. Each drawing may be
    forgotten as soon as the next is asked for: ten thousand take no more memory than one.
    """
    pages = iter(drawings)
    first = next(pages, None)
    if first is None:
        return 0
    canvas = _canvas(first, title or first.title)
    file = PageFile(canvas, output)
    count = 0
    for drawing in chain((first,), pages):
        canvas.setPageSize(_points(drawing))
        for item in drawing.items:
            _paint(canvas, item, drawing)
        file.end_page()
        count += 1
    file.close()
    return count


def _canvas(first: Drawing, title: str) -> Canvas:
    """A canvas for the drawing and those that follow it."""
    canvas = Canvas(
        None,
        pagesize=_points(first),
        pageCompression=1,
        # No clock and no random document id: who prints twice gets the same file.
        invariant=1,
        # Otherwise every page names Helvetica, which no viewer finds embedded.
        initialFontName=_registered(first.face),
        lang=first.language,
    )
    canvas.setTitle(title)
    canvas.setCreator("Code & Place")
    # Or the library writes “anonymous” and “unspecified”.
    canvas.setAuthor("")
    canvas.setSubject("")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


def _points(drawing: Drawing) -> tuple[float, float]:
    return drawing.width * POINTS_PER_MM, drawing.height * POINTS_PER_MM


@cache
def _registered(face: Face) -> str:
    """The name under which the PDF library knows the face; parsing happens once per process."""
    name = f"{face.path.stem}-{face.index}"
    pdfmetrics.registerFont(TTFont(name, str(face.path), subfontIndex=face.index))
    return name


@cache
def _registered_lent(lender: Face, character: str) -> str:
    """The name under which the PDF library knows a character of a lender."""
    name = f"{lender.path.stem}-{lender.index}-{ord(character):X}"
    pdfmetrics.registerFont(TTFont(name, BytesIO(lent_font(lender, character, name))))
    return name


def _paint(canvas: Canvas, item: Item, drawing: Drawing) -> None:
    """Paint one item; PDF measures upwards from the bottom of the page."""
    match item:
        case Rect():
            _fill_rect(canvas, item, drawing.height)
        case Line():
            canvas.setStrokeColor(HexColor(item.colour))
            canvas.setLineWidth(item.thickness * POINTS_PER_MM)
            ends = (item.x1, drawing.height - item.y1, item.x2, drawing.height - item.y2)
            canvas.line(*(end * POINTS_PER_MM for end in ends))
        case Text():
            _set_line(canvas, item, drawing)
        case SymbolAt():
            _fill_symbol(canvas, item, drawing.height)
        case PictureAt():
            _place_picture(canvas, item, drawing.height)


def _fill_rect(canvas: Canvas, rect: Rect, page_height: float) -> None:
    canvas.setFillColor(HexColor(rect.colour))
    corner = (rect.x, page_height - rect.y - rect.height, rect.width, rect.height)
    canvas.rect(*(length * POINTS_PER_MM for length in corner), stroke=0, fill=1)


def _set_line(canvas: Canvas, text: Text, drawing: Drawing) -> None:
    start = start_of(text, drawing.face) * POINTS_PER_MM
    baseline = (drawing.height - text.y) * POINTS_PER_MM
    line = canvas.beginText(start, baseline)
    if text.turned:
        line.setTextTransform(-1, 0, 0, -1, start, baseline)
    line.setFillColor(HexColor(text.colour))
    if text.pen:
        line.setStrokeColor(HexColor(text.colour))
        canvas.setLineWidth(text.pen * POINTS_PER_MM)
        canvas.setLineJoin(1)
        line.setTextRenderMode(_FILL_AND_STROKE)
    for font, characters in groupby(text.text, partial(_font_of, drawing.face)):
        line.setFont(font, text.size * POINTS_PER_MM)
        line.textOut("".join(characters))
    # The mode outlives the text object, and the library believes that it does not.
    line.setTextRenderMode(_FILL)
    canvas.drawText(line)


def _font_of(face: Face, character: str) -> str:
    """The library's name of the font that has a character."""
    drawer = typeface.drawer_of(face, character)
    return _registered(face) if drawer == face else _registered_lent(drawer, character)


def _fill_symbol(canvas: Canvas, placed: SymbolAt, page_height: float) -> None:
    _fill_rect(canvas, Rect(placed.x, placed.y, placed.side, placed.side, placed.light), page_height)
    canvas.saveState()
    left, top = placed.x + placed.inset, page_height - placed.y - placed.inset
    canvas.translate(left * POINTS_PER_MM, top * POINTS_PER_MM)
    canvas.scale(placed.module * POINTS_PER_MM, -placed.module * POINTS_PER_MM)
    canvas.setFillColor(HexColor(placed.dark))
    # Corners are whole numbers: the library's own lineTo would format each as a float, slowly.
    operators = []
    for first, *others in outlines(placed.symbol):
        operators.append(f"{first[0]} {first[1]} m")
        operators.extend(f"{column} {row} l" for column, row in others)
        operators.append("h")
    canvas.drawPath(PDFPathObject(operators), stroke=0, fill=1, fillMode=FILL_EVEN_ODD)
    canvas.restoreState()


def _place_picture(canvas: Canvas, placed: PictureAt, page_height: float) -> None:
    canvas.saveState()
    canvas.translate(placed.x * POINTS_PER_MM, (page_height - placed.y - placed.height) * POINTS_PER_MM)
    width, height = placed.width * POINTS_PER_MM, placed.height * POINTS_PER_MM
    if placed.turned:
        canvas.translate(width, height)
        canvas.scale(-1, -1)
    canvas.drawImage(_image(placed.picture), 0, 0, width, height)
    canvas.restoreState()


@lru_cache(maxsize=4)
def _image(picture: Picture) -> ImageReader:
    """Kept: the file holds a picture once, however many pages show it."""
    mode = "L" if picture.grey else "RGB"
    return ImageReader(Image.frombytes(mode, (picture.columns, picture.rows), picture.pixels))
