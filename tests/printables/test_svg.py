"""SVG files: well-formed, sized in millimetres, readable without any font."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from io import BytesIO

import pytest
import resvg_py
from PIL import Image

from printables.kinds.poster import PosterContent, poster
from printables.png import raster
from printables.svg import svg

NAMESPACE = "{http://www.w3.org/2000/svg}"


def test_the_page_has_its_size_title_and_language(poster_content: PosterContent) -> None:
    drawing = poster(poster_content, languages=("en",))
    root = ET.fromstring(svg(drawing))

    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("210mm", "297mm", "0 0 210 297")
    assert root.findtext(f"{NAMESPACE}title") == drawing.title
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert "checkin.spruce.example" in root.findtext(f"{NAMESPACE}desc", "")


def test_letters_are_outlines_so_that_no_font_is_needed(poster_content: PosterContent) -> None:
    root = ET.fromstring(svg(poster(poster_content)))

    assert root.find(f".//{NAMESPACE}text") is None
    defined = {path.get("id") for path in root.iterfind(f".//{NAMESPACE}defs/{NAMESPACE}path")}
    used = {use.get("href", "").removeprefix("#") for use in root.iterfind(f".//{NAMESPACE}use")}
    assert used == defined


def test_names_cannot_break_out_of_the_markup(poster_content: PosterContent) -> None:
    name = "</title><script>alert(1)</script>&amp;\"'"
    root = ET.fromstring(svg(poster(replace(poster_content, venue_name=name))))

    assert name in root.findtext(f"{NAMESPACE}title", "")
    assert root.find(f".//{NAMESPACE}script") is None


@pytest.mark.parametrize("dpi", [96, 150])
def test_it_is_drawn_as_large_as_the_paper(dpi: int, poster_content: PosterContent) -> None:
    drawn = Image.open(BytesIO(resvg_py.svg_to_bytes(svg(poster(poster_content)), dpi=dpi)))

    assert drawn.size == pytest.approx((210 / 25.4 * dpi, 297 / 25.4 * dpi), abs=1)


def test_it_looks_the_same_as_the_png(poster_content: PosterContent) -> None:
    drawing = poster(poster_content)
    # At 150 dpi modules are 20 whole pixels, so that the PNG need not shrink them.
    own = raster(drawing, 150, grey=True).resize((210, 297))
    other = Image.open(BytesIO(resvg_py.svg_to_bytes(svg(drawing), dpi=150))).convert("L").resize((210, 297))

    differences = [abs(a - b) for a, b in zip(own.tobytes(), other.tobytes(), strict=True)]
    assert sum(differences) / len(differences) < 2
