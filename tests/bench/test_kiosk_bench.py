from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest
from click.testing import CliRunner

from bench.__main__ import bench
from bench.processor import seconds_used
from bench.stamps import number_in, stamped
from reader.opencv import cv2


def test_a_frame_tells_its_number_also_smaller_and_as_jpeg() -> None:
    blank = (np.full((720, 1280, 3), 90, np.uint8) for _ in range(1400))
    for number, frame in enumerate(stamped(blank)):
        assert number_in(frame) == number
        if number % 200 == 0:
            small = cv2.resize(frame, (960, 540), interpolation=cv2.INTER_AREA)
            jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 75])[1]
            assert number_in(cv2.imdecode(jpeg, cv2.IMREAD_REDUCED_GRAYSCALE_2)) == number


def test_a_frame_without_a_stamp_has_no_number() -> None:
    assert number_in(np.zeros((720, 1280), np.uint8)) is None
    assert number_in(np.full((360, 640, 3), 255, np.uint8)) is None


def test_the_processor_time_of_a_program_and_its_child_is_counted() -> None:
    if seconds_used("no such program") is None:
        pytest.skip("this system has no /proc")
    busy = "import time\nwhile time.process_time() < 0.5: pass\n"
    parent = (
        f"import subprocess, sys\np = subprocess.Popen([sys.executable, '-c', {busy!r}])\ninput()\np.wait()"
    )
    mark = "mark-of-this-test"
    with subprocess.Popen([sys.executable, "-c", parent, mark], stdin=subprocess.PIPE) as program:
        deadline = time.monotonic() + 20
        while (seconds_used(mark) or 0) < 0.3 and time.monotonic() < deadline:
            time.sleep(0.05)
        used = seconds_used(mark)
        program.communicate(b"\n")
    assert used is not None
    assert used >= 0.3
    assert seconds_used("mark-of-nobody") == 0


def test_a_size_nobody_knows_is_refused_with_a_sentence() -> None:
    result = CliRunner().invoke(bench, ["kiosk", "--sizes", "480"])
    assert result.exit_code == 2
    assert "--sizes takes 720 and 1080, not 480" in result.stderr
