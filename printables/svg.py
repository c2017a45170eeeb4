"""A drawing as an SVG whose letters are outlines, so that it looks the same everywhere."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from io import BytesIO

from PIL import Image

from printables import typeface
from printables.drawing import Drawing, Item, Line, PictureAt, Rect, SymbolAt, Text, start_of
from printables.fonts import Face
from printables.symbol import outlines
from printables.typeface import OUTLINE_UNITS


def svg(drawing: Drawing) -> str:
    """The drawing at its size in mm, with its title and, as description, all that it says."""
    width, height = _number(drawing.width), _number(drawing.height)
    said = " / ".join(text.text for text in drawing.texts)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}" role="img" xml:lang="{escape(drawing.language)}">',
        f"<title>{escape(drawing.title)}</title>",
        f"<desc>{escape(said)}</desc>",
        _glyphs(drawing),
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *(_element(item, drawing.face) for item in drawing.items),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _glyphs(drawing: Drawing) -> str:
    """Each character once, for `use` by every line that has it."""
    used = dict.fromkeys(character for text in drawing.texts for character in text.text)
    paths = (
        f'<path id="{_id(character)}" d="{typeface.outline(drawing.face, character)}"/>'
        for character in used
        if not character.isspace()
    )
    return "<defs>" + "".join(paths) + "</defs>"


def _id(character: str) -> str:
    return f"u{ord(character):x}"


def _element(item: Item, face: Face) -> str:
    match item:
        case Rect():
            return _rect(item.x, item.y, item.width, item.height, item.colour)
        case Line():
            return (
                f'<line x1="{_number(item.x1)}" y1="{_number(item.y1)}" x2="{_number(item.x2)}" '
                f'y2="{_number(item.y2)}" stroke="{item.colour}" '
                f'stroke-width="{_number(item.thickness)}"/>'
            )
        case Text():
            return _line_of_text(item, face)
        case SymbolAt():
            return _symbol(item)
        case PictureAt():
            return _picture(item)


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" '
        f'height="{_number(height)}" fill="{colour}"/>'
    )


def _line_of_text(text: Text, face: Face) -> str:
    """A group in outline units with its origin at the line's start, one `use` per character."""
    scale = text.size / OUTLINE_UNITS
    stroke = ""
    if text.pen:
        pen = round(text.pen / scale)
        stroke = f' stroke="{text.colour}" stroke-width="{pen}" stroke-linejoin="round"'
    uses, across = [], 0.0
    for character in text.text:
        if not character.isspace():
            uses.append(f'<use href="#{_id(character)}" x="{round(across * OUTLINE_UNITS)}"/>')
        across += typeface.advance(face, character)
    scale = -scale if text.turned else scale
    origin = f"translate({_number(start_of(text, face))} {_number(text.y)}) scale({scale:.8f})"
    return f'<g transform="{origin}" fill="{text.colour}"{stroke}>{"".join(uses)}</g>'


def _symbol(placed: SymbolAt) -> str:
    """The quiet zone's ground and one path that holds every dark module."""
    ground = _rect(placed.x, placed.y, placed.side, placed.side, placed.light)
    left, top = _number(placed.x + placed.inset), _number(placed.y + placed.inset)
    loops = "".join(
        "M" + "L".join(f"{column} {row}" for column, row in loop) + "Z" for loop in outlines(placed.symbol)
    )
    return (
        f'{ground}<path transform="translate({left} {top}) scale({placed.module:.8f})" '
        f'fill="{placed.dark}" fill-rule="evenodd" d="{loops}"/>'
    )


def _picture(placed: PictureAt) -> str:
    """The picture as a PNG inside the file: nothing is fetched from elsewhere."""
    picture = placed.picture
    mode = "L" if picture.grey else "RGB"
    output = BytesIO()
    Image.frombytes(mode, (picture.columns, picture.rows), picture.pixels).save(output, "PNG")
    data = b64encode(output.getvalue()).decode("ascii")
    corner, turn = (placed.x, placed.y), 1
    if placed.turned:
        corner, turn = (placed.x + placed.width, placed.y + placed.height), -1
    return (
        f'<image transform="translate({_number(corner[0])} {_number(corner[1])}) scale({turn})" '
        f'width="{_number(placed.width)}" height="{_number(placed.height)}" preserveAspectRatio="none" '
        f'href="data:image/png;base64,{data}"/>'
    )


def _number(value: float) -> str:
    """Millimetres to the tenth of a micrometre, without needless zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".")
