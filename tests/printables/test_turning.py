"""What stands on its head on a sheet looks in every kind of file as if the paper had been turned."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pypdfium2
import pytest
import resvg_py
from PIL import Image

from printables.arranging import moved, upside_down
from printables.drawing import Drawing, Picture, PictureAt
from printables.fonts import Face
from printables.kinds.kind import Look, drawn
from printables.kinds.poster import POSTER
from printables.pdf import pdf
from printables.png import raster
from printables.svg import svg

LOGO = Picture(100, 60, b"".join(bytes((row, 90, 2 * column)) for row in range(60) for column in range(100)))
# At 150 dpi every module has whole pixels.
DPI = 150


@pytest.fixture(scope="module")
def upright(face: Face) -> Drawing:
    return drawn(POSTER, POSTER.sample, Look(size="A6", logo=LOGO, face=face))[0]


@pytest.fixture(scope="module")
def turned(upright: Drawing) -> Drawing:
    return replace(upright, items=upside_down(upright.items, upright.width, upright.height))


def as_png(drawing: Drawing) -> Image.Image:
    return raster(drawing, DPI)


def as_pdf(drawing: Drawing) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf([drawing]))
    picture = document[0].render(scale=DPI / 72).to_pil()
    document.close()
    return picture


def as_svg(drawing: Drawing) -> Image.Image:
    data = resvg_py.svg_to_bytes(svg_string=svg(drawing), dpi=DPI, skip_system_fonts=True)
    return Image.open(BytesIO(data)).convert("RGB")


@pytest.mark.parametrize("draw", [as_png, as_pdf, as_svg])
def test_a_turned_page_looks_like_the_page_turned(draw, upright: Drawing, turned: Drawing) -> None:
    expected = draw(upright).convert("L").rotate(180)
    found = draw(turned).convert("L").resize(expected.size)
    # Edges fall between other pixels: what is compared is the picture, a little out of focus.
    blurred = [np.asarray(picture.reduce(4), dtype=float) for picture in (expected, found)]

    assert np.abs(blurred[0] - blurred[1]).mean() < 4
    assert np.abs(blurred[0] - np.asarray(draw(upright).convert("L").reduce(4), dtype=float)).mean() > 15


@pytest.mark.parametrize("draw", [as_pdf, as_svg])
def test_pictures_are_in_every_kind_of_file(draw, upright: Drawing) -> None:
    (logo,) = (item for item in upright.items if isinstance(item, PictureAt))
    corner = tuple(round(edge / 25.4 * DPI) for edge in (logo.x, logo.y))
    size = tuple(round(edge / 25.4 * DPI) for edge in (logo.width, logo.height))
    box = (*corner, corner[0] + size[0], corner[1] + size[1])
    found, expected = (np.asarray(way(upright).convert("L").crop(box), float) for way in (draw, as_png))

    assert np.abs(found - expected).mean() < 12
    assert expected.mean() < 200


def test_turned_twice_is_as_it_was_and_moved_there_and_back_as_well(upright: Drawing) -> None:
    width, height = upright.width, upright.height
    twice = upside_down(upside_down(upright.items, width, height), width, height)
    back = moved(moved(upright.items, 10, 20), -10, -20)

    for items in (twice, back):
        other = as_png(replace(upright, items=items))
        assert np.abs(np.asarray(other, float) - np.asarray(as_png(upright), float)).mean() < 0.5
