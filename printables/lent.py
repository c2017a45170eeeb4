"""A lent character as a TrueType font of its own, which a PDF can embed whatever its outlines were."""

from __future__ import annotations

from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen

from printables import typeface
from printables.fonts import Face
from printables.typeface import OUTLINE_UNITS

# Thousandths of an em by which quadratic curves may miss the cubic ones: finer than any printer.
_MISS = 0.5
_EMPTY, _GLYPH = ".notdef", "lent"


def lent_font(lender: Face, character: str, name: str) -> bytes:
    """A TrueType font called `name` that has `character` and nothing else; always the same bytes."""
    pen = TTGlyphPen(None)
    typeface.draw(lender, character, Cu2QuPen(pen, _MISS))
    glyphs = {_EMPTY: TTGlyphPen(None).glyph(), _GLYPH: pen.glyph()}
    width = round(typeface.advance(lender, character) * OUTLINE_UNITS)
    ascent, descent = (round(reach(lender) * OUTLINE_UNITS) for reach in (typeface.ascent, typeface.descent))
    builder = FontBuilder(OUTLINE_UNITS, isTTF=True)
    builder.setupGlyphOrder([*glyphs])
    builder.setupCharacterMap({ord(character): _GLYPH})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({one: (width, builder.font["glyf"][one].xMin) for one in glyphs})
    builder.setupHorizontalHeader(ascent=ascent, descent=-descent)
    builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name})
    builder.setupOS2(sTypoAscender=ascent, sTypoDescender=-descent)
    builder.setupPost()
    output = BytesIO()
    builder.save(output)
    return output.getvalue()
