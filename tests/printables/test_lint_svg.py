"""Anybody's SVG is judged at the size it is printed, and one that fetches, runs or multiplies is refused."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import segno
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from domain.errors import InputError
from printables.__main__ import printables
from printables.drawing import Drawing, Rect
from printables.fonts import Face
from printables.inspection.pages import pages_of
from printables.inspection.vector import svg_page
from printables.kinds.kind import Kind, Look, drawn
from printables.kinds.poster import POSTER
from printables.kinds.registry import KINDS
from printables.svg import svg
from reader.inspection.findings import Flaw
from reader.inspection.inspecting import Report, inspect_page
from reader.inspection.verdict import Goal
from tests.printables.pictured import TEXT, code, codes

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="60mm" viewBox="0 0 41 41">'


def written(folder: Path, text: str) -> Path:
    file = folder / "print.svg"
    file.write_text(text, "utf-8")
    return file


def judged(folder: Path, text: str) -> Report:
    ((found,),) = (inspect_page(page, Goal()) for page in pages_of(written(folder, text)))
    return found


def symbol(**options: Any) -> str:
    """What another program writes: a code of 33 modules in a quiet zone of 4."""
    output = BytesIO()
    segno.make(TEXT, error="q", boost_error=False, micro=False).save(
        output, kind="svg", border=4, light="#fff", **{"xmldecl": False, **options}
    )
    return output.getvalue().decode()


@pytest.mark.parametrize("kind", KINDS.values(), ids=[*KINDS])
def test_our_own_svgs_pass_with_the_modules_they_were_given(
    kind: Kind[Any], face: Face, tmp_path: Path
) -> None:
    page = drawn(kind, kind.sample, Look(face=face))[0]
    (judged_page,) = (inspect_page(one, Goal()) for one in pages_of(written(tmp_path, svg(page))))
    found = [report for report in judged_page if report.code is not None]
    assert {report.code.symbol.text for report in found if report.code} == {
        placed.symbol.text for placed in page.symbols
    }
    for report in found:
        assert report.passes, [finding.sentence.en for finding in report.findings]
        assert report.code is not None
        assert report.code.module_mm == pytest.approx(page.symbols[0].module, rel=0.01)


def test_what_is_drawn_over_the_quiet_zone_of_an_svg_is_found(face: Face, tmp_path: Path) -> None:
    (page,) = drawn(POSTER, POSTER.sample, Look(size="A6", face=face))
    placed = page.symbols[0]
    band = Rect(placed.x, placed.y, placed.side, placed.inset * 0.9, "#1d4ed8")
    spoilt: Drawing = replace(page, items=(*page.items, band))

    assert codes(judged(tmp_path, svg(spoilt))) == {Flaw.QUIET_ZONE}


def test_letters_in_the_quiet_zone_are_drawn_and_found(tmp_path: Path) -> None:
    inside = symbol(svgns=False).replace("<svg", "<g").replace("</svg>", "</g>")
    letters = '<text x="4" y="3" font-size="4">SCAN HERE</text>'

    assert judged(tmp_path, f"{HEAD}<rect width='41' height='41' fill='#fff'/>{inside}</svg>").passes
    spoilt = judged(tmp_path, f"{HEAD}<rect width='41' height='41' fill='#fff'/>{inside}{letters}</svg>")
    assert codes(spoilt) == {Flaw.QUIET_ZONE}


@pytest.mark.parametrize(
    ("size", "module_mm"),
    [
        ('width="41mm" height="41mm"', 1.0),
        ('width="4.1cm" height="4.1cm"', 1.0),
        ('width="1.614in" height="1.614in"', 1.0),
        ('width="116.2pt" height="116.2pt"', 1.0),
        ('width="410" height="410"', None),
        ('width="100%" height="100%"', None),
        ("", None),
    ],
)
def test_the_size_on_paper_counts_when_the_file_says_it(
    size: str, module_mm: float | None, tmp_path: Path
) -> None:
    found = judged(tmp_path, symbol(omitsize=True).replace("<svg", f"<svg {size}", 1))

    assert found.passes
    assert found.code is not None
    if module_mm is None:
        assert found.code.module_mm is None
    else:
        assert found.code.module_mm == pytest.approx(module_mm, rel=0.01)


def test_pixels_count_with_a_dpi(tmp_path: Path) -> None:
    file = written(tmp_path, symbol(scale=10))

    assert svg_page(file).per_mm is None
    (found,) = inspect_page(svg_page(file, 254), Goal())
    assert found.code is not None
    assert found.code.module_mm == pytest.approx(1.0, rel=0.01)


def test_a_page_of_any_size_is_drawn_within_bounds(tmp_path: Path) -> None:
    huge = HEAD.replace("60mm", "20000mm")
    assert svg_page(written(tmp_path, huge + "</svg>")).pixels.size <= 40_000_000


def test_a_code_that_is_a_picture_inside_is_read(tmp_path: Path) -> None:
    output = BytesIO()
    code(ground=255).save(output, "PNG")
    url = "data:image/png;base64," + b64encode(output.getvalue()).decode()
    found = judged(tmp_path, f'{HEAD}<image width="41" height="41" href="{url}"/></svg>')

    assert found.code is not None
    assert found.code.symbol.text == TEXT


def png_url(width: int, height: int) -> str:
    output = BytesIO()
    Image.new("1", (width, height)).save(output, "PNG")
    return "data:image/png;base64," + b64encode(output.getvalue()).decode()


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ("<script>alert(1)</script>", "script"),
        ("<image href='file:///etc/hostname'/>", "href"),
        ("<image href='http://a.example/x.png'/>", "href"),
        ("<image href='data:image/svg+xml;base64,PHN2Zy8+'/>", "href"),
        ("<use href='http://a.example/#a'/>", "href"),
        ("<foreignObject/>", "foreignObject"),
        ("<filter id='f'/>", "filter"),
        ("<animate/>", "animate"),
        ("<style>@import 'http://a.example';</style>", "@import"),
        ("<rect clip-path='url(http://a.example/#c)'/>", "clip-path"),
        ("<g id='a'><use href='#b'/></g><g id='b'/><use href='#a'/>", "use"),
        ("<g id='a'><use href='#a'/></g>", "use"),
        (f"<path id='a' d='{'M0 0h1' * 20_000}'/>" + "<use href='#a'/>" * 200, "too many parts"),
        ("<g/>" * 40_001, "too many parts"),
        ("<g>" * 200 + "</g>" * 200, "too many parts"),
        (" " * 8_000_001, "8000 KB"),
        (f"<image href='{png_url(5_000, 5_000)}'/>", "16 million"),
        ("<image href='data:image/png;base64,AAAA'/>", "no valid SVG"),
        ("<rect", "no valid SVG"),
    ],
    ids=range(19),
)
def test_what_is_not_taken_of_an_svg_is_named_with_its_file(inside: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        svg_page(written(tmp_path, f"{HEAD}{inside}</svg>"))
    assert refused.value.field == "file"
    assert "print.svg" in refused.value.sentence.en
    assert named in refused.value.sentence.en
    assert "print.svg" in refused.value.sentence.zh


def test_entities_that_multiply_are_refused_before_they_do(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    text = f'<!DOCTYPE svg [<!ENTITY a "ha">{laughs}]>{HEAD}<text>&i;</text></svg>'
    with pytest.raises(InputError, match="DOCTYPE"):
        svg_page(written(tmp_path, text))


def test_dashes_too_small_to_see_are_not_drawn_one_by_one(tmp_path: Path) -> None:
    dashes = 'stroke-dasharray="0.000001" style="stroke-dasharray:.000001"'
    lines = f'<path d="M0 0h41" stroke="#000" {dashes}/>' * 500
    assert svg_page(written(tmp_path, f"{HEAD}{lines}</svg>")).pixels.shape == (708, 708)


@pytest.mark.parametrize("text", ["", "<html/>", '<svg xmlns="http://www.w3.org/2000/svg"/>', "%PDF-1.7"])
def test_what_is_no_svg_or_has_no_size_is_said(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no valid SVG"):
        svg_page(written(tmp_path, text))


STARTS = (b"", b"<svg ", HEAD.encode(), HEAD.encode() + b"<path d='")


@settings(max_examples=80, deadline=None)
@given(data=st.binary(max_size=200), start=st.sampled_from(STARTS))
def test_any_bytes_are_a_page_or_a_named_refusal(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.svg"
    file.write_bytes(start + data)
    try:
        field = "file" if svg_page(file).pixels.ndim == 2 else ""
    except InputError as refused:
        field = refused.field

    assert field == "file"


def test_the_command_judges_an_svg_and_its_exit_status_says_so(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.svg", tmp_path / "bad.svg"
    good.write_text(symbol(scale=10), "utf-8")
    bad.write_text(symbol(scale=10, dark="#bbb"), "utf-8")

    passed = CliRunner().invoke(printables, ["lint", str(good), "--dpi", "254"])
    assert (passed.exit_code, "PASS" in passed.output, "合格" in passed.output) == (0, True, True)
    assert "1.00 mm" in passed.output
    failed = CliRunner().invoke(printables, ["lint", str(good), str(bad)])
    assert failed.exit_code == 1
    assert "contrast" in failed.output
    assert CliRunner().invoke(printables, ["lint", str(tmp_path / "none.svg")]).exit_code == 2
