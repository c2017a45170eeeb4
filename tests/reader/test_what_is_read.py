from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from reader.opencv import cv2
from reader.reading import Effort, Reading, read, read_with

Picture = NDArray[np.uint8]
EFFORTS = tuple(Effort)


def texts(readings: tuple[Reading, ...]) -> list[str | None]:
    return [reading.text for reading in readings]


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("text", ["CP1:ABC", "HTTPS://PLACE.EXAMPLE/V/ABC", "出入记录", "café ☕"])
def test_text_comes_back_exactly_in_both_languages(
    drawn: Callable[..., Picture], text: str, effort: Effort
) -> None:
    (reading,) = read(drawn(text), effort=effort)
    assert reading.text == text
    assert reading.raw == text.encode()


def test_the_thorough_effort_names_both_readers_when_they_agree(
    drawn: Callable[..., Picture],
) -> None:
    (reading,) = read(drawn("CP1:ABC"), effort=Effort.THOROUGH)
    assert reading.by == ("zxing", "pyzbar")


def test_the_live_effort_asks_zxing_alone_when_it_succeeds(drawn: Callable[..., Picture]) -> None:
    (reading,) = read(drawn("CP1:ABC"), effort=Effort.LIVE)
    assert reading.by == ("zxing",)


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("raw", [b"\xff\xfe\x80\x81\x00\x01", bytes(range(128, 256)), b"caf\xe9"])
def test_bytes_that_are_no_text_keep_their_bytes_and_have_none(
    drawn: Callable[..., Picture], raw: bytes, effort: Effort
) -> None:
    (reading,) = read(drawn(raw, mode="byte"), effort=effort)
    assert reading.raw == raw
    assert reading.text is None


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("日本語", {"mode": "kanji"}),
        ("出入", {"mode": "hanzi"}),
        ("ğş", {"eci": True, "encoding": "iso-8859-9"}),
    ],
)
def test_a_character_set_the_symbol_declares_is_followed(
    drawn: Callable[..., Picture], text: str, options: dict[str, object]
) -> None:
    (reading,) = read(drawn(text, **options), effort=Effort.LIVE)
    assert reading.text == text
    assert reading.raw != text.encode()


@pytest.mark.parametrize("effort", EFFORTS)
def test_every_part_of_a_structured_append_message_is_survived(
    structured_append: list[Picture], effort: Effort
) -> None:
    together = np.hstack(structured_append)
    for picture in [*structured_append, together]:
        assert read_with(picture, "pyzbar") == ()
        assert read(picture, effort=effort)


@pytest.mark.parametrize("effort", EFFORTS)
def test_micro_qr_is_not_read(effort: Effort) -> None:
    rows = segno.make_micro("12345").matrix_iter(scale=6, border=4)
    picture = np.array([[0 if dark else 255 for dark in row] for row in rows], dtype=np.uint8)
    assert read(picture, effort=effort) == ()


@pytest.mark.parametrize("effort", EFFORTS)
def test_white_on_black_and_mirrored_symbols_are_read(drawn: Callable[..., Picture], effort: Effort) -> None:
    picture = drawn("CP1:ABC")
    assert texts(read(255 - picture, effort=effort)) == ["CP1:ABC"]
    assert texts(read(picture[:, ::-1], effort=effort)) == ["CP1:ABC"]


def test_colour_and_grey_pictures_read_alike(drawn: Callable[..., Picture]) -> None:
    grey = drawn("CP1:ABC")
    colour = np.repeat(grey[:, :, None], 3, axis=2)
    assert read(colour, effort=Effort.LIVE) == read(grey, effort=Effort.LIVE)
    assert read(grey[:, :, None], effort=Effort.LIVE) == read(grey, effort=Effort.LIVE)


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize(
    "shape", [(0, 0), (0, 9), (1, 5000), (5, 5), (720,), (40, 40, 4), (40, 40, 2), (2, 40, 40, 3)]
)
def test_pictures_of_odd_shapes_hold_nothing(shape: tuple[int, ...], effort: Effort) -> None:
    assert read(np.zeros(shape, dtype=np.uint8), effort=effort) == ()


@pytest.mark.parametrize("effort", EFFORTS)
@pytest.mark.parametrize("shape", [(21, 100_000), (50_000, 22), (22, 60_000, 3)])
def test_noise_of_extreme_proportions_holds_nothing(shape: tuple[int, ...], effort: Effort) -> None:
    noise = np.random.default_rng(1).integers(0, 2, shape) * 255
    assert read(noise.astype(np.uint8), effort=effort) == ()


def test_pictures_that_are_not_bytes_hold_nothing() -> None:
    floats = np.zeros((50, 50), dtype=np.float32)
    assert read(floats, effort=Effort.LIVE) == ()


def test_a_reader_nobody_knows_is_refused_by_name(drawn: Callable[..., Picture]) -> None:
    with pytest.raises(ValueError, match="zxing, pyzbar, not 'other'"):
        read_with(drawn("CP1:ABC"), "other")


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(
        np.uint8,
        st.one_of(
            hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=40),
            st.tuples(st.integers(1, 120), st.integers(1, 120)),
        ),
        elements=st.sampled_from([0, 255]),
    )
)
def test_no_picture_raises_and_noise_is_never_a_code(image: Picture) -> None:
    for effort in EFFORTS:
        assert read(image, effort=effort) == ()


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_at_all_come_back_unchanged(raw: bytes) -> None:
    made = segno.make(raw, mode="byte", micro=False, error="m", boost_error=False)
    rows = made.matrix_iter(scale=3, border=4)
    picture = np.array([[0 if dark else 255 for dark in row] for row in rows], dtype=np.uint8)
    (reading,) = read(picture, effort=Effort.LIVE)
    assert reading.raw == raw


def test_a_symbol_zxing_finds_but_cannot_read_gets_a_closer_look(
    drawn: Callable[..., Picture],
    table: Picture,
    lay: Callable[[Picture, Picture, int, int], None],
) -> None:
    code = drawn("CP1:" + "8JD%5QC.Z" * 19, scale=8, boost_error=False)
    side = 200
    small = np.asarray(cv2.resize(code, (side, side), interpolation=cv2.INTER_AREA))
    lay(table, small, 500, 300)
    frame = np.asarray(cv2.GaussianBlur(table, (0, 0), 2.15), dtype=np.uint8)
    assert read_with(frame, "zxing") == ()
    (reading,) = read(frame, effort=Effort.LIVE)
    assert reading.text == "CP1:" + "8JD%5QC.Z" * 19
    xs, ys = zip(*reading.corners, strict=True)
    quiet = round(side * 4 / (len(code) / 8))
    for found, expected in ((min(xs), 500 + quiet), (max(xs), 500 + side - quiet)):
        assert abs(found - expected) <= 4
    for found, expected in ((min(ys), 300 + quiet), (max(ys), 300 + side - quiet)):
        assert abs(found - expected) <= 4
