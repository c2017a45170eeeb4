"""Which fonts prints accept, and what is said when there is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen

from domain.errors import InputError
from printables import typeface
from printables.fonts import Face, FontMissingError, default_face, face_at, find_face


def save_font(path: Path, *, truetype: bool) -> Path:
    """A font with the letter A and a blank glyph for the Braille space."""
    builder = FontBuilder(1000, isTTF=truetype)
    names = [".notdef", "A", "blank"]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x41: "A", 0x2800: "blank"})
    if truetype:
        builder.setupGlyf({name: square(inked=name != "blank") for name in names})
    else:
        pen = T2CharStringPen(600, None)
        charstrings = {name: pen.getCharString() for name in names}
        builder.setupCFF("Small", {}, charstrings, {})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path


def square(*, inked: bool) -> object:
    pen = TTGlyphPen(None)
    if inked:
        pen.moveTo((0, 0))
        for corner in ((0, 500), (500, 500), (500, 0)):
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def test_without_any_font_one_sentence_names_the_package(tmp_path: Path) -> None:
    with pytest.raises(FontMissingError) as missing:
        find_face((tmp_path,))

    assert "fonts-wqy-microhei" in missing.value.sentence.en
    assert "fonts-wqy-microhei" in missing.value.sentence.zh
    assert missing.value.sentence.en.count(". ") == 0


def test_a_font_is_found_in_a_folder_below_whatever_the_case_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "truetype" / "wqy").mkdir(parents=True)
    file = tmp_path / "truetype" / "wqy" / "WQY-MicroHei.TTC"
    shutil.copy(default_face().path, file)

    assert find_face((tmp_path,)) == Face(file)


def test_a_known_name_with_an_unusable_font_in_it_is_passed_over(tmp_path: Path) -> None:
    save_font(tmp_path / "wqy-microhei.ttc", truetype=True)
    shutil.copy(default_face().path, tmp_path / "msyh.ttc")

    assert find_face((tmp_path,)).path.name == "msyh.ttc"


def test_a_font_with_cff_outlines_is_refused_because_the_pdf_could_not_embed_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="CFF"):
        face_at(save_font(tmp_path / "outlines.otf", truetype=False))


def test_a_font_without_chinese_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lacks Chinese"):
        face_at(save_font(tmp_path / "latin.ttf", truetype=True))


@pytest.mark.parametrize("content", [b"", b"no font at all", b"ttcf\x00"])
def test_a_file_that_is_no_font_is_refused_by_its_path(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.ttf"
    path.write_bytes(content)

    with pytest.raises(InputError, match=r"broken\.ttf") as refused:
        face_at(path)

    assert refused.value.field == "font"


def test_a_missing_font_file_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.ttf"):
        face_at(tmp_path / "nowhere.ttf")


def test_a_glyph_without_ink_counts_as_missing(tmp_path: Path) -> None:
    face = Face(save_font(tmp_path / "blank.ttf", truetype=True))

    assert typeface.has_glyph(face, "A")
    assert not typeface.has_glyph(face, "\u2800")
    assert not typeface.has_glyph(face, "B")


def test_widths_and_heights_are_in_em(tmp_path: Path) -> None:
    face = Face(save_font(tmp_path / "small.ttf", truetype=True))

    assert typeface.width(face, "AAA") == pytest.approx(1.8)
    assert (typeface.ascent(face), typeface.descent(face)) == (0.8, 0.2)


def test_an_outline_has_its_y_axis_downwards(tmp_path: Path) -> None:
    face = Face(save_font(tmp_path / "small.ttf", truetype=True))

    assert typeface.outline(face, "A") == "M0 0V-500H500V0Z"
