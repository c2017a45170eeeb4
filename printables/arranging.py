"""Whole drawings changed: moved on a sheet, stood on their head, printed without colour."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from PIL import Image

from printables.checks import luminance
from printables.drawing import BLACK, WHITE, Drawing, Item, Line, Picture, PictureAt, Rect, SymbolAt, Text
from printables.symbol import Symbol

_PALE = 0.5


def moved(items: tuple[Item, ...], right: float, down: float) -> tuple[Item, ...]:
    """The same items, so many mm further right and down."""
    return tuple(_moved(item, right, down) for item in items)


def _moved(item: Item, right: float, down: float) -> Item:
    if isinstance(item, Line):
        return replace(item, x1=item.x1 + right, y1=item.y1 + down, x2=item.x2 + right, y2=item.y2 + down)
    return replace(item, x=item.x + right, y=item.y + down)


def upside_down(items: tuple[Item, ...], width: float, height: float) -> tuple[Item, ...]:
    """The items of a `width` × `height` mm page as they look when it is turned by half a turn."""
    return tuple(_turned(item, width, height) for item in items)


def _turned(item: Item, width: float, height: float) -> Item:
    match item:
        case Rect():
            return replace(item, x=width - item.x - item.width, y=height - item.y - item.height)
        case Line():
            ends = (width - item.x1, height - item.y1, width - item.x2, height - item.y2)
            return Line(*ends, item.thickness, item.colour)
        case Text():
            return replace(item, x=width - item.x, y=height - item.y, turned=not item.turned)
        case SymbolAt():
            x, y = width - item.x - item.side, height - item.y - item.side
            return replace(item, symbol=_turned_symbol(item.symbol), x=x, y=y)
        case PictureAt():
            x, y = width - item.x - item.width, height - item.y - item.height
            return replace(item, x=x, y=y, turned=not item.turned)


def _turned_symbol(symbol: Symbol) -> Symbol:
    return replace(symbol, modules=tuple(row[::-1] for row in symbol.modules[::-1]))


def in_black(drawing: Drawing) -> Drawing:
    """The drawing without colour: what is written is black, pale grounds are white, pictures are grey.

    A grey letter is a pattern of dots on such a printer, hard to read when it is small.
    """
    return replace(drawing, items=tuple(_black(item) for item in drawing.items))


def _black(item: Item) -> Item:
    match item:
        case Rect():
            return replace(item, colour=WHITE if luminance(item.colour) > _PALE else BLACK)
        case Line() | Text():
            return replace(item, colour=BLACK)
        case SymbolAt():
            return item
        case PictureAt():
            return replace(item, picture=_grey(item.picture))


@lru_cache(maxsize=4)
def _grey(picture: Picture) -> Picture:
    if picture.grey:
        return picture
    image = Image.frombytes("RGB", (picture.columns, picture.rows), picture.pixels).convert("L")
    return Picture(picture.columns, picture.rows, image.tobytes(), grey=True)
