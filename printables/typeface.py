"""What a typeface tells about its characters: which it has, how wide they are, how they look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from itertools import pairwise
from threading import RLock

from fontTools.pens.basePen import AbstractPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from printables.fonts import Face, lenders

# fontTools parses glyphs when they are first asked for, and not for two threads at once.
_PARSING = RLock()

# Outlines are given in thousandths of an em, as whole numbers: finer than any printer needs.
OUTLINE_UNITS = 1000


class _Advances(dict[str, float]):
    """The widths of a face's characters; of one that the face lacks, its lender's."""

    def __init__(self, face: Face, own: Mapping[str, float]) -> None:
        super().__init__(own)
        self._face = face

    def __missing__(self, character: str) -> float:
        lender = drawer_of(self._face, character)
        if lender == self._face:
            raise KeyError(character)
        return _tables(lender).advances[character]


@dataclass(frozen=True, slots=True)
class _Tables:
    """The parts of an opened font that layout asks for again and again; lengths in em."""

    font: TTFont
    names: dict[int, str]
    advances: _Advances
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
    names = _inked(font)
    metrics = font["hmtx"].metrics
    lines = font["hhea"]
    return _Tables(
        font,
        names,
        _Advances(face, {chr(code): metrics[name][0] / units for code, name in names.items()}),
        units,
        lines.ascent / units,
        -lines.descent / units,
    )


def _inked(font: TTFont) -> dict[int, str]:
    """The names of TrueType glyphs by their characters; one without ink counts only for a space."""
    names: dict[int, str] = font.getBestCmap()
    if "glyf" not in font:
        return names
    ends = zip(font.getGlyphOrder(), pairwise(font["loca"].locations), strict=True)
    blank = {name for name, (start, end) in ends if start == end}
    return {code: name for code, name in names.items() if name not in blank or code == ord(" ")}


def has_glyph(face: Face, character: str) -> bool:
    """Whether the face itself draws `character`; a glyph without ink counts only for a space."""
    return ord(character) in _tables(face).names


@lru_cache(maxsize=16384)
def drawer_of(face: Face, character: str) -> Face:
    """Whose glyph prints `character`: the first lender's that has it when the face itself does not."""
    if has_glyph(face, character):
        return face
    able = (lender for lender in lenders() if has_glyph(lender, character) and outline(lender, character))
    return next(able, face)


def advance(face: Face, character: str) -> float:
    """The width of one character that the face or a lender has, in em."""
    return _tables(face).advances[character]


def width(face: Face, text: str) -> float:
    """The width of a line of characters that the face or a lender has, in em."""
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
    path = SVGPathPen(None, ntos=lambda number: str(round(number)))
    draw(face, character, TransformPen(path, (1, 0, 0, -1, 0, 0)))
    return str(path.getCommands())


def draw(face: Face, character: str, pen: AbstractPen) -> None:
    """Draw the outline of a character that the face or a lender has: y upwards, 1000 units to the em."""
    tables = _tables(drawer_of(face, character))
    scale = OUTLINE_UNITS / tables.units
    with _PARSING:
        glyphs = tables.font.getGlyphSet()
        outlines = DecomposingRecordingPen(glyphs)
        glyphs[tables.names[ord(character)]].draw(outlines)
    outlines.replay(TransformPen(pen, (scale, 0, 0, scale, 0, 0)))
