"""Rare characters of names: printed by any font of the machine that has them, □ only where none has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from hypothesis import given
from hypothesis import strategies as st

from printables import fonts, typeface
from printables.characters import printable
from printables.drawing import Drawing, Text
from printables.fonts import Face, default_face, find_lenders
from printables.pdf import pdf
from printables.png import png
from printables.svg import svg

# Too rare for the usual fonts: what lends the first here is the test's own.
RARE, RARER = "\U00030000", "\U0003134a"


@pytest.fixture(scope="module", autouse=True)
def lending(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The one font beside the usual, with PostScript outlines as most that have rare characters."""
    folder = tmp_path_factory.mktemp("fonts")
    pen = T2CharStringPen(1000, None)
    pen.moveTo((100, 0))
    for corner in ((900, 0), (900, 800), (100, 800)):
        pen.lineTo(corner)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "rare"])
    builder.setupCharacterMap({ord(RARE): "rare"})
    shapes = {"rare": pen.getCharString(), ".notdef": T2CharStringPen(1000, None).getCharString()}
    builder.setupCFF("Rare", {}, shapes, {})
    builder.setupHorizontalMetrics(dict.fromkeys(shapes, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Rare SC"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(folder / "NotoSansCJK-Regular.ttc")
    default_face()  # found where it really is, and remembered
    before = fonts.FONT_FOLDERS
    fonts.FONT_FOLDERS = (folder,)
    forget()
    yield folder
    fonts.FONT_FOLDERS = before
    forget()


def forget() -> None:
    for kept in (fonts.lenders, typeface.drawer_of, printable):
        kept.cache_clear()


@pytest.fixture
def drawing(face: Face) -> Drawing:
    return drawn(f"云{RARE}园", face)


def drawn(text: str, face: Face) -> Drawing:
    return Drawing(100, 30, "A name", "zh", face, (Text(text, 10, 20, 8, "#000000"),))


def test_a_font_that_has_the_character_lends_it_and_the_rest_stays(lending: Path, face: Face) -> None:
    [lender] = find_lenders((lending,))
    assert typeface.drawer_of(face, RARE) == lender
    assert typeface.drawer_of(face, "云") == face
    assert printable(f"云{RARE}园", face).replaced == ()
    assert typeface.width(face, f"云{RARE}") == typeface.advance(face, "云") + 1


def test_a_file_that_is_no_font_lends_nothing(tmp_path: Path) -> None:
    (tmp_path / "hanaminb.ttf").write_bytes(b"no font")
    assert find_lenders((tmp_path,)) == ()


@given(st.text(st.sampled_from(["云", "A", RARE, RARER, "😀"]), max_size=12))
def test_a_box_stands_only_for_what_no_font_has(text: str) -> None:
    done = printable(text, default_face())
    assert done.text == text.replace(RARER, "□").replace("😀", "□")
    assert set(done.replaced) == {RARER, "😀"} & set(text)


def test_a_lent_character_is_in_the_pdf_as_a_font_and_as_text(drawing: Drawing) -> None:
    made = pdf([drawing])
    page = pypdfium2.PdfDocument(made)[0]
    assert f"云{RARE}园" in page.get_textpage().get_text_range()
    texts = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])
    assert {pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(text.raw)) for text in texts} == {1}
    # Only what is used of each: a part of a font has six letters before its name.
    assert len(re.findall(rb"/FontName /[A-Z]{6}\+", made)) == 2
    assert pdf([drawing]) == made


def test_a_lent_character_is_ink_in_pictures_too(drawing: Drawing, face: Face) -> None:
    assert png(drawing, 150) != png(drawn("云 园", face), 150)
    assert typeface.outline(face, RARE) in svg(drawing)
