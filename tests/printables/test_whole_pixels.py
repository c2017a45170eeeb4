"""A picture of a code is printed pixel by pixel: its modules must all be the same number of them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from printables.fonts import Face
from printables.inspection.pages import pages_of
from printables.kinds.kind import Look, drawn
from printables.kinds.poster import POSTER
from printables.png import png
from reader.inspection.findings import Flaw
from reader.inspection.inspecting import Page, Report, inspect_page
from reader.inspection.verdict import Goal
from tests.printables.pictured import code, codes

SMOOTH, SHARP = Image.Resampling.LANCZOS, Image.Resampling.NEAREST


def judged(picture: Image.Image) -> Report:
    (found,) = inspect_page(Page(np.asarray(picture), None, is_picture=True), Goal())
    return found


def resized(times: float, how: Image.Resampling) -> Image.Image:
    whole = code()
    return whole.resize((round(whole.width * times), round(whole.height * times)), how)


@pytest.mark.parametrize("module", [2, 3, 5, 8, 21])
@pytest.mark.parametrize("turn", [0, 90])
def test_whole_pixels_pass_whichever_way_up(module: int, turn: int) -> None:
    assert Flaw.PARTED_PIXELS not in codes(judged(code(module=module).rotate(turn, expand=True)))


def test_a_jpeg_of_whole_pixels_passes() -> None:
    output = BytesIO()
    code(module=6).save(output, "JPEG", quality=70)
    assert judged(Image.open(output).convert("L")).passes


@pytest.mark.parametrize("how", [SMOOTH, SHARP])
@pytest.mark.parametrize("times", [0.55, 0.7, 0.81])
def test_small_modules_of_unequal_pixels_must_be_made_again(times: float, how: Image.Resampling) -> None:
    found = judged(resized(times, how))
    assert codes(found) == {Flaw.PARTED_PIXELS}
    assert not found.passes
    assert "whole pixels a module" in found.findings[0].sentence.en


@pytest.mark.parametrize("how", [SMOOTH, SHARP])
def test_large_modules_of_unequal_pixels_are_only_remarked_on(how: Image.Resampling) -> None:
    found = judged(resized(1.4, how))
    assert codes(found) == {Flaw.PARTED_PIXELS}
    assert found.passes


def test_a_code_that_lies_askew_is_not_in_whole_pixels() -> None:
    assert Flaw.PARTED_PIXELS in codes(judged(code(module=12).rotate(7, fillcolor=128)))


@pytest.mark.parametrize("dpi", [72, 97, 150, 300])
def test_our_own_pictures_are_in_whole_pixels_at_any_dpi(dpi: int, face: Face, tmp_path: Path) -> None:
    (drawing,) = drawn(POSTER, POSTER.sample, Look(face=face))
    file = tmp_path / "poster.png"
    file.write_bytes(png(drawing, dpi))
    ((found,),) = (inspect_page(page, Goal()) for page in pages_of(file))
    assert found.passes
    assert Flaw.PARTED_PIXELS not in codes(found)


def test_a_page_that_is_drawn_to_look_at_it_has_no_pixels_of_its_own() -> None:
    (found,) = inspect_page(Page(np.asarray(resized(0.55, SMOOTH)), None), Goal())
    assert Flaw.PARTED_PIXELS not in codes(found)
