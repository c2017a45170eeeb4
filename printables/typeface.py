"""What a typeface tells about its characters: which it has, how wide they are, how they look."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from threading import RLock

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from printables.fonts import Face

# fontTools parses glyphs when they are first asked for, and not for two threads at once.
_PARSING = RLock()

# Outlines are given in thousandths of an em, as whole numbers: finer than any printer needs.
OUTLINE_UNITS = 1000


@dataclass(frozen=True, slots=True)
class _Tables:
    """The parts of an opened font that layout asks for again and again; lengths in em."""

    font: TTFont
    names: dict[int, str]
    advances: dict[str, float]
    units: int
    ascent: float
    descent: float


@cache
def _tables(face: Face) -> _Tables:
    with _PARSING:
        return _parsed(face)


def _parsed(face: Face) -> _Tables:
    # Parsing takes a tenth of a second: once per process, not once per poster. From memory, because
    # outlines are parsed when they are first asked for and the file should not stay open until then.
    font = TTFont(BytesIO(face.path.read_bytes()), fontNumber=face.index, lazy=True)
    units = font["head"].unitsPerEm
    names = font.getBestCmap()
    metrics = font["hmtx"].metrics
    lines = font["hhea"]
    return _Tables(
        font,
        names,
        {chr(code): metrics[name][0] / units for code, name in names.items()},
        units,
        lines.ascent / units,
        -lines.descent / units,
    )


@lru_cache(maxsize=16384)
def has_glyph(face: Face, character: str) -> bool:
    """Whether the face draws `character`; a glyph without ink counts only for a space."""
    tables = _tables(face)
    name = tables.names.get(ord(character))
    if name is None:
        return False
    with _PARSING:
        return character == " " or tables.font["glyf"][name].numberOfContours != 0


def advance(face: Face, character: str) -> float:
    """The width of one character that the face has, in em."""
    return _tables(face).advances[character]


def width(face: Face, text: str) -> float:
    """The width of a line of characters that the face has, in em."""
    return sum(map(_tables(face).advances.__getitem__, text))


def ascent(face: Face) -> float:
    """How far above the baseline ink may reach, in em."""
    return _tables(face).ascent


def descent(face: Face) -> float:
    """How far below the baseline ink may reach, in em."""
    return _tables(face).descent


@lru_cache(maxsize=16384)
def outline(face: Face, character: str) -> str:
    """The character as SVG path data: y downwards from the baseline, 1000 units to the em."""
    tables = _tables(face)
    scale = OUTLINE_UNITS / tables.units
    with _PARSING:
        glyphs = tables.font.getGlyphSet()
        path = SVGPathPen(glyphs, ntos=lambda number: str(round(number)))
        glyphs[tables.names[ord(character)]].draw(TransformPen(path, (scale, 0, 0, -scale, 0, 0)))
    return str(path.getCommands())
