from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import pytest
import segno

from kiosk.hint.hinting import Hint, Hinting
from kiosk.hint.pattern import sign_of_symbol

Image = np.ndarray[Any, np.dtype[np.uint8]]
TEXT = "CP1:" + "6BF-F5K8E" * 19


def grey(level: int) -> Image:
    return np.full((720, 1280, 3), level, dtype=np.uint8)


def symbol(scale: int, dark: int = 20, light: int = 240, blur: float = 0.0) -> Image:
    """A visitor's code of `scale` pixels a module before a grey wall."""
    rows = np.array([[not cell for cell in row] for row in segno.make(TEXT, error="m").matrix_iter(border=4)])
    code = np.where(rows, light, dark).astype(np.uint8).repeat(scale, 0).repeat(scale, 1)
    image = grey((dark + light) // 2)
    top, left = (720 - len(code)) // 2, (1280 - len(code)) // 2
    image[top : top + len(code), left : left + len(code)] = code[:, :, None]
    return image if not blur else cv2.GaussianBlur(image, (0, 0), blur)


def shown(
    image: Image, seconds: float, was_read: Callable[[float], bool] = lambda at_s: False
) -> list[Hint | None]:
    """What is shown at each of 30 frames a second."""
    hinting = Hinting()
    return [hinting.step(image, was_read(number / 30), number / 30) for number in range(round(seconds * 30))]


@pytest.mark.parametrize("scale", [2, 3, 5, 8, 12])
def test_a_code_is_noticed_by_its_finders_and_measured(scale: int) -> None:
    sign = sign_of_symbol(symbol(scale))
    assert sign is not None
    assert sign.module == pytest.approx(scale, rel=0.25)


@pytest.mark.parametrize("angle", [0, 8, 90, 180, 352])
def test_a_turned_code_is_noticed(angle: int) -> None:
    turn = cv2.getRotationMatrix2D((640, 360), angle, 1)
    turned = cv2.warpAffine(symbol(5), turn, (1280, 720), borderMode=cv2.BORDER_REPLICATE)
    assert sign_of_symbol(turned) is not None


def test_walls_noise_stripes_and_letters_are_no_code() -> None:
    noise = np.clip(np.random.default_rng(7).normal(128, 30, (720, 1280, 3)), 0, 255).astype(np.uint8)
    stripes = grey(200)
    stripes[:, ::40] = stripes[:, 1::40] = 20
    letters = grey(230)
    for line in range(40, 700, 60):
        cv2.putText(letters, "Spruce Science Park 0880", (20, line), 0, 2, (20, 20, 20), 4)
    for image in (grey(128), noise, stripes, letters):
        assert sign_of_symbol(image) is None


@pytest.mark.parametrize(
    ("image", "hint"),
    [
        (symbol(2), Hint.TOO_FAR),
        (symbol(5), Hint.HOLD_STILL),
        (symbol(5, dark=40, light=78), Hint.TOO_DARK),
        (symbol(5, dark=200, light=254), Hint.TOO_BRIGHT),
        (grey(12), Hint.DARK_PLACE),
        (grey(250), Hint.BRIGHT_PLACE),
    ],
)
def test_each_trouble_has_its_hint_after_most_of_a_second(image: Image, hint: Hint) -> None:
    told = shown(image, 2.0)
    assert set(told[:20]) == {None}
    assert set(told[-20:]) == {hint}


def test_a_code_that_is_read_gets_no_hint() -> None:
    assert set(shown(symbol(5), 4.0, was_read=lambda at_s: True)) == {None}
    now_and_then = shown(symbol(5), 6.0, was_read=lambda at_s: round(at_s * 30) % 20 == 0)
    assert set(now_and_then) == {None}


def test_an_empty_hall_gets_no_hint() -> None:
    assert set(shown(grey(120), 3.0)) == {None}


def test_a_hint_does_not_flicker_while_two_troubles_take_turns() -> None:
    hinting, far, near = Hinting(), symbol(2), symbol(5)
    told = [hinting.step(far if number // 7 % 2 else near, False, number / 30) for number in range(180)]
    changes = sum(1 for one, other in pairwise(told) if one is not other)
    assert changes <= 4
    assert None not in told[40:]


def test_a_hint_goes_when_the_visitor_has_gone() -> None:
    hinting = Hinting()
    for number in range(60):
        hinting.step(symbol(5), False, number / 30)
    told = [hinting.step(grey(120), False, 2 + number / 30) for number in range(90)]
    assert told[0] is Hint.HOLD_STILL
    assert told[-1] is None


def test_a_poster_on_the_wall_is_not_hinted_at_for_ever() -> None:
    assert shown(symbol(3), 15.0)[-1] is None
