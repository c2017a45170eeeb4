from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosk.camera.watch import SENTENCES, CameraState, CameraWatch

Image = NDArray[np.uint8]
SHOWN_WITHIN = 5.0  # design §5.4


def noise(seed: int) -> Image:
    return np.random.default_rng(seed).integers(0, 255, (72, 128, 3), dtype=np.uint8)


def play(
    watch: CameraWatch, start: float, seconds: float, fps: float, image: Image | None = None
) -> list[tuple[float, CameraState]]:
    """Show pictures at a rate, fresh noise or always the same; return the states on the way."""
    states = []
    for number in range(round(seconds * fps)):
        now = start + number / fps
        watch.picture(noise(number) if image is None else image, now)
        states.append((now, watch.judged(now)[0]))
    return states


def first(states: list[tuple[float, CameraState]], wanted: CameraState) -> float:
    return next(now for now, state in states if state is wanted)


def test_a_working_camera_is_ok_from_the_first_picture() -> None:
    watch = CameraWatch(0.0, live=True)
    assert watch.judged(0.0) == (CameraState.OPENING, 0.0)
    states = play(watch, 1.0, 10, 30)
    assert {state for _, state in states} == {CameraState.OK}
    assert watch.judged(11.0) == (CameraState.OK, 1.0)
    assert watch.fps == pytest.approx(30, abs=0.5)


def test_a_camera_that_never_answers_is_lost_within_five_seconds() -> None:
    watch = CameraWatch(0.0, live=True)
    assert watch.judged(SHOWN_WITHIN)[0] is CameraState.LOST


def test_a_camera_that_does_not_open_is_lost_at_once() -> None:
    watch = CameraWatch(0.0, live=True)
    watch.failed(0.2)
    assert watch.judged(0.2) == (CameraState.LOST, 0.2)


def test_a_driver_that_hangs_is_lost_within_five_seconds_and_forgotten_on_the_next_picture() -> None:
    watch = CameraWatch(0.0, live=True)
    play(watch, 0.0, 5, 30)
    assert watch.judged(5.0 + SHOWN_WITHIN)[0] is CameraState.LOST
    watch.picture(noise(0), 20.0)
    assert watch.judged(20.0) == (CameraState.OK, 20.0)


def test_the_same_picture_again_and_again_is_frozen_within_five_seconds() -> None:
    watch = CameraWatch(0.0, live=True)
    play(watch, 0.0, 5, 30)
    states = play(watch, 5.0, 10, 30, noise(1))
    assert 1.0 < first(states, CameraState.FROZEN) - 5.0 <= SHOWN_WITHIN
    watch.picture(noise(2), 15.1)
    assert watch.judged(15.1)[0] is CameraState.OK


def test_a_black_picture_is_black_even_with_noise_and_before_it_is_frozen() -> None:
    watch = CameraWatch(0.0, live=True)
    play(watch, 0.0, 5, 30)
    states = []
    for number in range(300):
        now = 5.0 + number / 30
        watch.picture((noise(number) // 16).astype(np.uint8), now)
        states.append((now, watch.judged(now)[0]))
    assert first(states, CameraState.BLACK) - 5.0 <= SHOWN_WITHIN
    assert states[-1][1] is CameraState.BLACK


def test_a_dark_hall_with_one_lamp_is_not_black() -> None:
    watch = CameraWatch(0.0, live=True)
    for number in range(300):
        dark = (noise(number) // 16).astype(np.uint8)
        dark[30:50, 60:80] = 230
        watch.picture(dark, number / 30)
        assert watch.judged(number / 30)[0] is CameraState.OK


@pytest.mark.parametrize(
    ("lowest", "highest", "state"),
    [
        (20, 50, CameraState.DARK),
        (244, 256, CameraState.BRIGHT),
        (30, 100, CameraState.OK),
        (200, 256, CameraState.OK),
    ],
)
def test_a_picture_too_dark_or_too_bright_all_over_is_said_within_five_seconds(
    lowest: int, highest: int, state: CameraState
) -> None:
    watch = CameraWatch(0.0, live=True)
    play(watch, 0.0, 5, 30)
    states = []
    for number in range(300):
        image = np.random.default_rng(number).integers(lowest, highest, (72, 128, 3), dtype=np.uint8)
        watch.picture(image, 5.0 + number / 30)
        states.append((5.0 + number / 30, watch.judged(5.0 + number / 30)[0]))
    assert first(states, state) - 5.0 <= SHOWN_WITHIN
    assert states[-1][1] is state
    assert play(watch, 15.1, 1, 30)[0][1] is CameraState.OK


def test_a_white_picture_is_too_bright_before_it_is_frozen() -> None:
    watch = CameraWatch(0.0, live=True)
    states = play(watch, 0.0, 10, 30, np.full((72, 128, 3), 255, dtype=np.uint8))
    assert states[-1][1] is CameraState.BRIGHT
    assert CameraState.FROZEN not in {state for _, state in states}


def test_a_lit_phone_in_the_dark_and_a_code_before_the_sun_are_no_trouble() -> None:
    for background, code in ((25, 230), (255, 30)):
        watch = CameraWatch(0.0, live=True)
        for number in range(300):
            image = np.clip(noise(number) // 16 + background, 0, 255).astype(np.uint8)
            image[20:52, 40:72] = code
            image[0, 0] = number % 256
            watch.picture(image, number / 30)
            assert watch.judged(number / 30)[0] is CameraState.OK


def test_one_picture_a_second_is_slow_within_five_seconds_and_thirty_are_well_again() -> None:
    watch = CameraWatch(0.0, live=True)
    play(watch, 0.0, 5, 30)
    states = play(watch, 5.0, 10, 1)
    assert first(states, CameraState.SLOW) - 5.0 <= SHOWN_WITHIN
    assert play(watch, 15.0, 5, 30)[-1][1] is CameraState.OK


def test_a_recording_may_stand_still_and_be_slow() -> None:
    watch = CameraWatch(0.0, live=False)
    assert {state for _, state in play(watch, 0.0, 20, 2, noise(1))} == {CameraState.OK}


def test_the_end_of_a_recording_is_final() -> None:
    watch = CameraWatch(0.0, live=False)
    play(watch, 0.0, 1, 30)
    watch.ended(1.0)
    assert watch.judged(100.0) == (CameraState.ENDED, 100.0)


def test_every_state_has_a_sentence_in_both_languages() -> None:
    assert set(SENTENCES) == set(CameraState)
    assert all(sentence.en and sentence.zh for sentence in SENTENCES.values())


happenings = st.lists(
    st.tuples(st.sampled_from(["new", "same", "black", "white", "failed", "wait"]), st.floats(0.01, 3.0)),
    max_size=40,
)


@given(happenings)
def test_whatever_happened_four_seconds_of_good_pictures_make_it_well_again(
    happened: list[tuple[str, float]],
) -> None:
    watch, now = CameraWatch(0.0, live=True), 0.0
    still, black = noise(1), np.zeros((72, 128, 3), dtype=np.uint8)
    for number, (what, gap) in enumerate(happened):
        now += gap
        match what:
            case "new":
                watch.picture(noise(number), now)
            case "same":
                watch.picture(still, now)
            case "black":
                watch.picture(black, now)
            case "white":
                watch.picture(255 - black, now)
            case "failed":
                watch.failed(now)
        state, since = watch.judged(now)
        assert since <= now
        assert state is not CameraState.LOST or what in ("failed", "wait")
    for number in range(120):
        now += 1 / 30
        watch.picture(noise(number), now)
    assert watch.judged(now)[0] is CameraState.OK
