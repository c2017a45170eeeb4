from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from bench.blank import KINDS, blanks
from bench.degraded import Spoiled, degraded, views
from reader.budget import EVERY_STAGE
from reader.creases import shifts_of_modules
from reader.engines import read_modules
from reader.finders import finders, triples
from reader.opencv import cv2
from reader.pattern import MARGIN, fixed_modules, likeness
from reader.reading import Effort, Stage, read, read_with

Picture = NDArray[np.uint8]

TEXT = "CP1:" + "8JD%5QC.Z" * 19
SPOILED = {
    "creased": Spoiled(turn=5, yaw=4, module=5, fold=1.4, waves=2.2),
    "blurred": Spoiled(turn=5, yaw=4, blur=0.6),
    "moved": Spoiled(turn=5, yaw=4, smear=1.65),
    "noisy": Spoiled(turn=5, yaw=4, noise=0.2),
    "small": Spoiled(turn=5, yaw=4, module=2.0, blur=0.4, noise=0.015),
}
"""Views of which the libraries read few or none."""


def picture(how: Spoiled, number: int = 0) -> Picture:
    return degraded(TEXT, "M", how, np.random.default_rng(number)).gray


@pytest.mark.parametrize("how", SPOILED.values(), ids=SPOILED)
def test_symbols_the_libraries_miss_are_read_when_laid_flat(how: Spoiled) -> None:
    spoiled = [picture(how, number) for number in range(4)]
    alone = [read_with(one, "zxing") or read_with(one, "pyzbar") for one in spoiled]
    ours = [[reading.text for reading in read(one, effort=Effort.THOROUGH)] for one in spoiled]
    assert sum(bool(readings) for readings in alone) <= 2
    assert ours.count([TEXT]) >= 3
    assert all(texts in ([TEXT], []) for texts in ours)


def test_mirrored_and_white_on_black_symbols_are_laid_flat_as_well() -> None:
    creased = next(
        one for number in range(9) if not read_with(one := picture(SPOILED["creased"], number), "zxing")
    )
    for changed in (creased[:, ::-1].copy(), cv2.bitwise_not(creased)):
        assert [reading.text for reading in read(changed, effort=Effort.THOROUGH)] == [TEXT]


def test_a_creased_symbol_in_a_live_frame_is_read_where_it_is() -> None:
    frame = np.full((720, 1280), 150, np.uint8)
    creased = next(
        one for number in range(9) if not read_with(one := picture(SPOILED["creased"], number), "zxing")
    )
    height, width = creased.shape
    frame[200 : 200 + height, 600 : 600 + width] = creased
    (reading,) = read(frame, effort=Effort.LIVE)
    assert reading.text == TEXT
    assert reading.by == ("zxing",)
    middle = np.mean(reading.corners, axis=0)
    assert np.hypot(*(middle - (600 + width / 2, 200 + height / 2))) < 25


def test_left_out_stages_read_less() -> None:
    creased = [picture(SPOILED["creased"], number) for number in range(4)]
    without = EVERY_STAGE - {Stage.CREASES}
    less = sum(bool(read(one, effort=Effort.THOROUGH, stages=without)) for one in creased)
    assert less < sum(bool(read(one, effort=Effort.THOROUGH)) for one in creased)


def test_the_same_picture_is_always_read_alike() -> None:
    for how in SPOILED.values():
        one = picture(how)
        assert read(one, effort=Effort.LIVE) == read(one, effort=Effort.LIVE)


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_that_look_like_symbols_and_are_none_are_never_read(kind: str) -> None:
    for gray in blanks(kind, 9, seed=11):
        assert read(gray, effort=Effort.THOROUGH) == ()


def test_spoiled_views_are_read_right_or_not_at_all() -> None:
    for family in ("damaged", "glare", "blurred"):
        for view in views(family, 8, seed=11):
            assert {reading.text for reading in read(view.gray, effort=Effort.THOROUGH)} <= {view.text}


def test_finders_are_found_at_any_angle_and_put_together_the_right_way_round() -> None:
    for turn in (0, 30, 75, 160, 250):
        flat = picture(replace(Spoiled(module=5), turn=turn))
        (triple,) = triples(flat)
        assert len([one for one in finders(flat) if one.side < 60]) == 3
        assert abs(triple.modules - 45) < 2
        right = triple.top_right.middle - triple.top_left.middle
        angle = np.degrees(np.arctan2(right[1], right[0]))
        assert abs((angle - turn + 180) % 360 - 180) < 4


def test_the_fixed_modules_of_a_drawn_symbol_are_where_they_are_said_to_be(
    drawn: Callable[..., Picture],
) -> None:
    one = np.pad((drawn(TEXT, scale=1, border=0) > 127) * 2.0 - 1, MARGIN, constant_values=1)
    light = one.astype(np.float32)
    assert likeness(light, 45) > 0.999
    fixed = fixed_modules(45)
    # All but one module beside the bottom left finder, which is always dark, and is not claimed.
    assert (light[fixed != 0] == fixed[fixed != 0]).all()
    assert likeness(np.roll(light, 3, axis=1), 45) < 0.6


def test_modules_beyond_the_correction_are_refused(drawn: Callable[..., Picture]) -> None:
    dark = drawn(TEXT, scale=1, border=0) < 127
    assert read_modules(dark) == (TEXT, TEXT.encode())
    spoiled = dark.copy()
    spoiled[10:35, 10:35] ^= np.random.default_rng(1).random((25, 25)) < 0.5
    assert read_modules(spoiled) is None


def test_a_patch_with_few_edges_or_none_is_taken_as_flat() -> None:
    side = (21 + 2 * MARGIN) * 6
    blank = np.ones((side, side), np.float32)
    assert not shifts_of_modules(blank, 21).any()
    far = blank.copy()
    far[-70:, -70:-60] = -1  # only edges that the finder patterns do not reach for a while
    assert np.isfinite(shifts_of_modules(far, 21)).all()
    assert np.isfinite(shifts_of_modules(np.tile(np.float32([[1], [-1]]), (side // 2, side)), 21)).all()
