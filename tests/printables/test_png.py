"""PNG files: whole pixels per module at any dpi."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from itertools import groupby

import numpy as np
import pytest
from PIL import Image

from domain.errors import InputError
from printables.drawing import Box, box_of
from printables.kinds.poster import PosterContent, poster
from printables.kinds.visitor_card import CardContent, visitor_card
from printables.png import png, raster


@pytest.mark.parametrize("dpi", [72, 96, 110, 150, 203, 300])
def test_every_module_is_as_many_whole_pixels_wide_and_centred(dpi: int, card_content: CardContent) -> None:
    drawing = visitor_card(card_content)
    (placed,) = drawing.symbols
    place = box_of(placed, drawing.face)
    grey = np.asarray(raster(drawing, dpi, place, grey=True))
    rows, columns = np.flatnonzero((grey < 128).any(axis=1)), np.flatnonzero((grey < 128).any(axis=0))
    pixels = int(placed.module * dpi / 25.4 + 1e-6)

    symbol = grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert symbol.shape == (45 * pixels, 45 * pixels)
    modules = symbol[::pixels, ::pixels] < 128
    assert (modules == np.array(placed.symbol.modules)).all()
    assert (np.kron(modules, np.ones((pixels, pixels), dtype=bool)) == (symbol < 128)).all()
    assert abs(rows[0] - (grey.shape[0] - 1 - rows[-1])) <= 2
    assert set(np.unique(symbol)) == {0, 255}


def test_modules_that_are_whole_at_300_dpi_are_not_shrunk(poster_content: PosterContent) -> None:
    drawing = poster(poster_content)
    (placed,) = drawing.symbols
    top = Box(placed.x, placed.y + placed.inset, placed.x + placed.side, placed.y + placed.inset + 1)
    row = (np.asarray(raster(drawing, 300, top, grey=True))[5] < 128).tolist()
    runs = [len(list(run)) for _, run in groupby(row)]

    # Quiet zone, then the finder pattern's seven modules of 40 pixels.
    assert runs[:2] == [160, 280]


def test_the_file_knows_its_dpi_and_size(poster_content: PosterContent) -> None:
    picture = Image.open(BytesIO(png(poster(poster_content), 150)))

    assert picture.size == (1240, 1754)
    assert picture.info["dpi"] == pytest.approx((150, 150), abs=0.1)


def test_the_same_drawing_gives_the_same_bytes(poster_content: PosterContent) -> None:
    assert png(poster(poster_content), 96) == png(poster(poster_content), 96)


def test_a_part_shows_the_same_pixels_as_the_whole(poster_content: PosterContent) -> None:
    drawing = poster(poster_content)
    # 25.4 mm at 150 dpi is 150 pixels: this part begins and ends at whole pixels.
    part = raster(drawing, 150, Box(25.4, 50.8, 76.2, 101.6))

    assert part.tobytes() == raster(drawing, 150).crop((150, 300, 450, 600)).tobytes()


@pytest.mark.parametrize("dpi", [-1, 0, 49, 1201, 10**9])
def test_a_dpi_out_of_range_is_refused(dpi: int, poster_content: PosterContent) -> None:
    with pytest.raises(InputError) as refused:
        png(poster(poster_content), dpi)

    assert refused.value.field == "dpi"


def test_a_page_too_fine_for_memory_is_refused(poster_content: PosterContent) -> None:
    with pytest.raises(InputError, match="too fine"):
        png(poster(poster_content, size="A3"), 1200)


def test_a_dpi_that_leaves_no_pixel_for_a_module_is_refused(card_content: CardContent) -> None:
    drawing = visitor_card(card_content)
    (placed,) = drawing.symbols
    fine = replace(drawing, items=(replace(placed, module=0.4),))

    with pytest.raises(InputError, match="pixel per module"):
        png(fine, 50)
