from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import numpy as np
import pytest
import segno
from numpy.typing import NDArray

from kiosk.decoder.decoder import DEADLINE, Decoded, Decoder
from reader.reading import Effort

Image = NDArray[np.uint8]
PATIENCE = 90.0
# A good picture takes a hundredth of it, on a machine that has time.
HUNG_AFTER = 2.0
NEXT_VISITOR = 2.0  # design §5.3: seconds in which the next code must be read


def symbol(text: str, scale: int = 4) -> Image:
    rows = segno.make(text, micro=False).matrix_iter(scale=scale, border=4)
    return np.array([[0 if dark else 255 for dark in row] for row in rows], dtype=np.uint8)


def order(what: int) -> Image:
    image = symbol("never read")
    image[0, 0] = what
    return image


def answer_to(decoder: Decoder, image: Image) -> Decoded:
    assert decoder.wait_ready(PATIENCE)
    number = decoder.submit(image)
    assert number is not None
    end = time.monotonic() + PATIENCE
    while (decoded := decoder.wait(1.0)) is None:
        assert time.monotonic() < end
    assert decoded.number == number
    return decoded


def texts(decoded: Decoded) -> list[str | None]:
    return [reading.text for reading in decoded.readings]


@pytest.fixture(scope="module")
def decoder(odd_work: str) -> Iterator[Decoder]:
    with Decoder(clock=time.monotonic, work=odd_work, deadline=HUNG_AFTER) as running:
        yield running


def test_a_picture_is_read_in_another_process(decoder: Decoder) -> None:
    assert decoder.wait_ready(PATIENCE)
    assert decoder.pid != os.getpid()
    decoded = answer_to(decoder, symbol("CP1:ABC"))
    assert texts(decoded) == ["CP1:ABC"]
    assert decoded.ms > 0


@pytest.mark.parametrize("shape", [(90, 90), (90, 90, 3), (1080, 1920, 3), (300, 300)])
def test_grey_colour_and_larger_pictures_all_fit(decoder: Decoder, shape: tuple[int, ...]) -> None:
    image = np.full(shape, 255, dtype=np.uint8)
    code = symbol("CP1:FIT", scale=3)
    assert code.shape <= shape[:2]
    image[: code.shape[0], : code.shape[1]] = code if len(shape) == 2 else code[:, :, None]
    assert texts(answer_to(decoder, image)) == ["CP1:FIT"]


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (1, "not a valid ZBarOrientation"),
        (2, "hung for more than 2 s"),
        (3, "exit status -6"),
        (4, "exit status 7"),
        (5, "hung for more than 2 s"),
    ],
)
def test_a_picture_that_breaks_the_child_costs_one_answer_and_the_next_is_read(
    decoder: Decoder, what: int, why: str
) -> None:
    restarts, broken = decoder.status().restarts, decoder.pid
    decoded = answer_to(decoder, order(what))
    assert decoded.readings == ()
    assert why in decoded.fault
    assert texts(answer_to(decoder, symbol("NEXT VISITOR"))) == ["NEXT VISITOR"]
    assert decoder.pid != broken
    status = decoder.status()
    assert status.restarts == restarts + 1
    assert why in status.last_error


def test_a_child_killed_while_it_reads_is_replaced(decoder: Decoder) -> None:
    assert decoder.wait_ready(PATIENCE)
    number = decoder.submit(order(2))
    assert decoder.pid is not None
    os.kill(decoder.pid, signal.SIGKILL)
    decoded = decoder.wait(PATIENCE)
    assert decoded is not None
    assert (decoded.number, decoded.readings) == (number, ())
    assert "exit status -9" in decoded.fault
    assert texts(answer_to(decoder, symbol("NEXT VISITOR"))) == ["NEXT VISITOR"]


def test_a_child_killed_while_idle_is_replaced_without_an_answer(decoder: Decoder) -> None:
    assert decoder.wait_ready(PATIENCE)
    restarts, killed = decoder.status().restarts, decoder.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while decoder.status().restarts == restarts:
        assert decoder.wait(0.05) is None
        assert time.monotonic() < end
    assert texts(answer_to(decoder, symbol("NEXT VISITOR"))) == ["NEXT VISITOR"]


def test_when_a_fault_is_told_the_next_child_is_already_starting(decoder: Decoder) -> None:
    assert decoder.wait_ready(PATIENCE)
    broken = decoder.pid
    assert decoder.submit(order(2)) is not None
    assert decoder.wait(PATIENCE) is not None
    assert decoder.pid not in (None, broken)
    assert DEADLINE <= NEXT_VISITOR / 2


def test_a_busy_child_takes_no_second_picture(decoder: Decoder) -> None:
    assert decoder.wait_ready(PATIENCE)
    assert decoder.idle
    assert decoder.submit(symbol("FIRST")) is not None
    assert not decoder.idle
    assert decoder.submit(symbol("SECOND")) is None
    decoded = decoder.wait(PATIENCE)
    assert decoded is not None
    assert texts(decoded) == ["FIRST"]


def test_an_empty_picture_is_not_taken(decoder: Decoder) -> None:
    assert decoder.wait_ready(PATIENCE)
    assert decoder.submit(np.zeros((0, 5), dtype=np.uint8)) is None


def test_the_callers_picture_may_change_as_soon_as_it_is_handed_over(decoder: Decoder) -> None:
    assert decoder.wait_ready(PATIENCE)
    image = symbol("CP1:ABC")
    assert decoder.submit(image) is not None
    image[:] = 255
    decoded = decoder.wait(PATIENCE)
    assert decoded is not None
    assert texts(decoded) == ["CP1:ABC"]


def test_structured_append_codes_are_survived_by_the_real_readers() -> None:
    parts = segno.make_sequence("an entry is never edited " * 4, symbol_count=3)
    with Decoder(clock=time.monotonic, deadline=PATIENCE) as decoder:
        for part in parts:
            rows = part.matrix_iter(scale=4, border=4)
            image = np.array([[0 if dark else 255 for dark in row] for row in rows], np.uint8)
            assert decoder.wait_ready(PATIENCE)
            assert decoder.submit(image, effort=Effort.THOROUGH) is not None
            decoded = decoder.wait(PATIENCE)
            assert decoded is not None
            assert decoded.fault == ""
        assert decoder.status().restarts == 0


def test_a_reader_that_never_starts_is_tried_again_and_says_so(
    odd_work: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with Decoder(clock=time.monotonic, work="odd_work:never_starts") as decoder:
        end = time.monotonic() + PATIENCE
        # One that takes long to end is not waited for, and its status not known.
        while decoder.status().restarts < 2 or "exit status 1" not in decoder.status().last_error:
            assert decoder.wait(0.1) is None
            assert time.monotonic() < end
        assert not decoder.status().ready
    assert "libzbar0 is missing" in capfd.readouterr().err


def test_stopping_twice_and_never_starting_are_harmless() -> None:
    decoder = Decoder(clock=time.monotonic)
    assert decoder.poll() is None
    decoder.stop()
    decoder.start()
    decoder.stop()
    decoder.stop()
    assert decoder.submit(symbol("LATE")) is None
