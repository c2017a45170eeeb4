"""The venue's code on a label of any size: on a till, a counter, a second door."""

from __future__ import annotations

import re

from domain.errors import InputError
from domain.venue import shown_short_number
from domain.wording import Sentence
from printables import wording
from printables.characters import printable
from printables.drawing import Camera, Drawing, SymbolAt, Use, Weight
from printables.findings import FindingCode, print_refused
from printables.fonts import Face, default_face
from printables.grid import Grid
from printables.kinds.identity import ENTRANCE_NAME, NO_VENUE, VENUE_NAME
from printables.kinds.kind import Direction, Kind, Look
from printables.kinds.poster import POSTER
from printables.kinds.poster_parts import LEVEL, SHORT_NUMBER, PosterContent, title_of
from printables.layout import Field, Paragraph, Row, Stack
from printables.look import PRINTER_DOT, SOFT, Style
from printables.symbol import QUIET_ZONE, Symbol, qr
from printables.wording import Language, languages_of

LABEL_SIZES = ("63.5x38.1", "99.1x38.1", "99.1x67.7", "38.1x38.1")

# A label is looked at from as near as one holds a phone; a larger one reads from further away.
_USE = Use(Camera.PHONE, 150, LEVEL)
_LEAST_DOTS = 6
# Label printers are off by as much as this.
_EDGE, _TEXT_EDGE, _GAP = 1.0, 2.2, 1.0
_LEAST, _MOST = 25.0, 300.0
# Wider than this the text stands beside the code, else below.
_WIDE = 1.3
_DESIGNED = (63.5, 38.1)

_PURPOSE = Style(3.3, 2.2, weight=Weight.BOLD, leading=1.2, one_line_from=0.7)
_VENUE = Style(3.5, 1.9, weight=Weight.BOLD, leading=1.2)
_ENTRANCE = Style(2.7, 1.8, one_line_from=0.7)
_NUMBER = Style(4.2, 2.6, weight=Weight.BOLD, leading=1.2, one_line_from=0.5)
_HOST = Style(2.2, 1.6, SOFT, one_line_from=0.7)
_BELOW = Style(2.5, 2.0, weight=Weight.BOLD, leading=1.2, one_line_from=0.6)

_HOST_NAME = Sentence("host", "网址")

_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*[x×*]\s*(\d+(?:\.\d+)?)\s*(?:mm)?\s*\Z", re.IGNORECASE)


def venue_label(
    content: PosterContent,
    width: float,
    height: float,
    *,
    languages: tuple[str, ...] = ("zh", "en"),
    face: Face | None = None,
) -> Drawing:
    """The label at `width` × `height` mm: the code as large as it can be, text beside or below it.

    InputError for a size below 25 or above 300 mm, an unknown language and a code that is empty or too
    long; PrintRefused when the label is too small for the code.
    """
    if not (_LEAST <= width <= _MOST and _LEAST <= height <= _MOST):
        raise InputError(
            "size",
            f"Labels are {_LEAST:.0f} to {_MOST:.0f} mm wide and high, not {width:g} × {height:g}.",
            f"标签宽高应在 {_LEAST:.0f} 至 {_MOST:.0f} 毫米之间，而不是 {width:g} × {height:g}。",
        )
    symbol, speaks = qr(content.url, LEVEL), languages_of(languages)
    font = face or default_face()
    if not printable(content.venue_name, font).text:
        raise print_refused(FindingCode.EMPTY_FIELD, NO_VENUE)
    beside = width >= _WIDE * height
    draw = _with_text_beside if beside else _with_text_below
    placed, stack, top, grid = draw(content, symbol, (width, height), speaks, font)
    return Drawing(
        width,
        height,
        title_of(content, grid),
        speaks[0].tag,
        font,
        (placed, *stack.at(top)),
        stack.findings,
    )


_Size = tuple[float, float]
_Drawn = tuple[SymbolAt, Stack, float, Grid]


def _with_text_beside(
    content: PosterContent,
    symbol: Symbol,
    size: _Size,
    speaks: tuple[Language, ...],
    face: Face,
) -> _Drawn:
    width, height = size
    module = _module(symbol, min(height - 2 * _EDGE, width * 0.6))
    side = (symbol.size + 2 * QUIET_ZONE) * module
    placed = SymbolAt(symbol, _EDGE, (height - side) / 2, module, _USE)
    left = _EDGE + side + _GAP
    unit = max(0.7, min(1.8, height / _DESIGNED[1], (width - left) / 25.0))
    grid = Grid(face, speaks, unit, left / unit, (width - left - _TEXT_EDGE) / unit, 0.0)
    room = height - 2 * _TEXT_EDGE
    stack = _beside(grid, content, room)
    return placed, stack, (height - stack.height) / 2, grid


def _beside(grid: Grid, content: PosterContent, room: float) -> Stack:
    """Purpose, venue, entrance, number and host; the venue's name gets what the rest leaves."""
    unit = grid.unit
    purpose = tuple(
        grid.own(language.of(wording.POSTER_PURPOSE), _PURPOSE, grid.width) for language in grid.languages
    )
    entrance = _field(grid, ENTRANCE_NAME, content.entrance_name, _ENTRANCE, 2 * 3.6)
    number = _field(grid, SHORT_NUMBER, shown_short_number(content.short_number.strip()), _NUMBER, 5.1)
    host = _field(grid, _HOST_NAME, content.host, _HOST, 2.9)
    used = sum(part.height for part in (*purpose, entrance, number, host)) + 3 * _GAP * unit
    venue = grid.set(
        Field(VENUE_NAME, content.venue_name),
        _VENUE,
        grid.width,
        max(room - used, 4.3 * unit),
    )
    gap = _GAP * unit
    rows = (purpose, (venue,), (entrance,), (number, host))
    return Stack(tuple(Row((grid.first_cell(*parts),), gap if at else 0.0) for at, parts in enumerate(rows)))


def _with_text_below(
    content: PosterContent,
    symbol: Symbol,
    size: _Size,
    speaks: tuple[Language, ...],
    face: Face,
) -> _Drawn:
    width, height = size
    unit = max(0.8, min(2.0, min(width, height) / _DESIGNED[1]))
    text = 2 * _BELOW.most * _BELOW.leading * unit
    module = _module(symbol, min(width - 2 * _EDGE, height - _EDGE - text - _EDGE))
    side = (symbol.size + 2 * QUIET_ZONE) * module
    # The text stands in the middle below the code, as narrow as its dark modules.
    left = (width - side) / 2 + QUIET_ZONE * module
    grid = Grid(face, speaks, unit, left / unit, (side - 2 * QUIET_ZONE * module) / unit, 0.0)
    venue = _field(grid, VENUE_NAME, content.venue_name, _BELOW, _BELOW.most * _BELOW.leading)
    number = _field(grid, SHORT_NUMBER, shown_short_number(content.short_number.strip()), _BELOW, 3.2)
    stack = Stack(tuple(Row((grid.first_cell(part),)) for part in (venue, number)))
    spare = height - side - stack.height
    return SymbolAt(symbol, (width - side) / 2, spare / 2, module, _USE), stack, spare / 2 + side, grid


def _module(symbol: Symbol, side: float) -> float:
    """The largest module of whole printer dots with which the code and its quiet zone fit, in mm."""
    dots = int(side / (symbol.size + 2 * QUIET_ZONE) / PRINTER_DOT + 1e-9)
    if dots < _LEAST_DOTS:
        raise print_refused(FindingCode.NO_ROOM, _TOO_SMALL)
    return dots * PRINTER_DOT


_TOO_SMALL = Sentence(
    "The label is too small for this code; use larger labels or a shorter URL.",
    "标签放不下这个二维码，请用更大的标签或缩短网址。",
)


def _field(grid: Grid, name: Sentence, text: str, style: Style, height: float) -> Paragraph:
    return grid.set(Field(name, text), style, grid.width, height * grid.unit)


def label_size(name: str) -> tuple[float, float]:
    """Width and height in mm of a size like `63.5x38.1`; InputError for anything else."""
    size = _SIZE.match(name)
    if size is None:
        raise InputError(
            "size",
            f"A label's size is width x height in mm, like 63.5x38.1, not “{name}”.",
            f"标签尺寸应为以毫米计的宽x高，如 63.5x38.1，而不是“{name}”。",
        )
    return float(size[1]), float(size[2])


def _draw(content: PosterContent, look: Look) -> tuple[Drawing, ...]:
    width, height = label_size(look.size)
    return (venue_label(content, width, height, languages=look.languages, face=look.face),)


LABEL = Kind(
    "label",
    Sentence("Venue label", "场所码标签"),
    Sentence(
        "On a till, a counter or a second door; a label sheet is filled at once.",
        "贴在收银台、前台或侧门；可整张打印在标签纸上。",
    ),
    PosterContent,
    LABEL_SIZES,
    (Direction.LANDSCAPE,),
    _draw,
    POSTER.sample,
    any_size=True,
)
