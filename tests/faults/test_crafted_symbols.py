from __future__ import annotations

import json
import subprocess
import sys
from itertools import product
from random import Random

import numpy as np
import pytest
from segno import consts

from reader.reading import Effort, read
from tests.faults.crafted import crafted, drawn, number, symbol
from tests.faults.crafted_pictures import GOOD_TEXT, good_picture, named_pictures, random_pictures
from tests.faults.crafted_symbols import Tally, attacked

LEVELS = (consts.ERROR_LEVEL_L, consts.ERROR_LEVEL_M, consts.ERROR_LEVEL_Q, consts.ERROR_LEVEL_H)
CROWDS = {"two codes": 2, "twenty codes": 20} | {f"all of {parts} parts": parts for parts in range(2, 17)}


def test_the_error_correction_of_crafted_symbols_is_right_whatever_their_bits() -> None:
    random = Random(1)
    for version, level in product((1, 6, 7, 14, 27), LEVELS):
        bits = number(0b0100, 4) + number(3, 8 if version < 10 else 16) + number(0x414243, 24) + [0] * 4
        room = consts.SYMBOL_CAPACITY[version][level]
        bits += [random.getrandbits(1) for _ in range(room - len(bits))]
        (reading,) = read(drawn(symbol(bits, version, level, random.randrange(8)), 3), effort=Effort.LIVE)
        assert reading.text == "ABC"


def test_the_same_number_is_the_same_picture_and_all_kinds_occur() -> None:
    once, again = (list(random_pictures(1, 50, 3)) for _ in range(2))
    for one, other in zip(once, again, strict=True):
        assert np.array_equal(one.image, other.image)
    random = Random(2)
    assert {crafted(random).kind for _ in range(100)} == {"noise", "segments", "lies", "part"}


def test_what_made_the_decoder_fall_is_told_from_one_process_to_the_other() -> None:
    """`asdict` makes a Counter count pairs: the process that had a fault to tell ended with an error."""
    inner, outer = Tally(), Tally()
    inner.fell("live: too late")
    for _ in range(2):
        outer.add(json.loads(inner.told()))
    assert outer.faults == {"live: too late": 2}


def test_crafted_symbols_end_no_kiosk_and_the_next_visitor_is_always_served() -> None:
    """The full run is `python -m tests.faults.crafted_symbols`."""
    words = ["--count", "300", "--thorough-every", "60", "--kiosks", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.crafted_symbols", *words],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    figures = json.loads(done.stdout)
    # How late a visitor is served is a question of the machine; that everyone is, ends the process well.
    assert figures["kiosk_exits"] == 0, figures
    assert figures["live"] >= 300
    assert figures["visitors"] >= 5


@pytest.mark.parametrize("effort", list(Effort))
def test_a_crowd_and_every_part_of_a_sequence_are_read_once_each(effort: Effort) -> None:
    pictures = {picture.name: picture.image for picture in named_pictures()}
    for name, count in CROWDS.items():
        assert len(read(pictures[name], effort=effort)) == count, name
    assert [reading.text for reading in read(pictures["inverted"], effort=effort)] == [GOOD_TEXT]
    assert [reading.text for reading in read(pictures["mirrored"], effort=effort)] == [GOOD_TEXT]


def test_frames_that_are_no_pictures_are_not_taken_and_harm_nobody() -> None:
    tally = attacked((p for p in named_pictures() if 0 in p.image.shape or p.image.shape[0] == 1), 1)
    assert tally.not_taken == 4, "two pictures without pixels, shown twice"
    assert tally.restarts == 0
    assert good_picture().image.size
