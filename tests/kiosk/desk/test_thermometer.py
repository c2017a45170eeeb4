from __future__ import annotations

import os
import queue
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InputError
from kiosk.desk.thermometer import Thermometer, checked_path, measured_tenths

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="serial ports of POSIX systems")


@pytest.mark.parametrize(
    ("line", "tenths"),
    [
        (b"36.6", 366),
        (b" 36.65\r", 367),
        (b"T=36,4 C", 364),
        (b"37", 370),
        (b"\x02Body:38.05C Amb:21.3C\x03", 381),
        (b"", None),
        (b"ready", None),
        (b"29.9", None),
        (b"45.1", None),
        (b"366", None),
        (b"136.6", None),
        (b"3.66", None),
        (b"99.9", None),
    ],
)
def test_a_line_holds_a_temperature_or_none(line: bytes, tenths: int | None) -> None:
    assert measured_tenths(line) == tenths


@given(st.binary(max_size=200))
def test_no_line_is_ever_a_temperature_that_nobody_has(line: bytes) -> None:
    tenths = measured_tenths(line)
    assert tenths is None or 300 <= tenths <= 450


@pytest.fixture
def heard() -> queue.Queue[int]:
    return queue.Queue()


def test_a_serial_line_is_read_as_it_comes(heard: queue.Queue[int]) -> None:
    ours, theirs = os.openpty()
    thermometer = Thermometer(Path(os.ttyname(theirs)), heard.put)
    thermometer.start()
    try:
        os.write(ours, b"36.5\r\n")
        assert heard.get(timeout=90) == 365
        assert thermometer.notice is None
        os.write(ours, b"noise " * 200 + b"\n36.")
        os.write(ours, b"8\n")
        assert heard.get(timeout=90) == 368
    finally:
        thermometer.stop()
        os.close(ours)
        os.close(theirs)


def test_a_thermometer_that_comes_late_goes_and_comes_back_is_heard(
    tmp_path: Path, heard: queue.Queue[int]
) -> None:
    path = tmp_path / "thermometer"
    thermometer = Thermometer(path, heard.put)
    thermometer.start()
    try:
        assert thermometer.notice is not None
        assert "not connected" in thermometer.notice.en
        os.mkfifo(path)
        for text, tenths in ((b"36.1\n", 361), (b"36.2\n", 362)):
            handle = written(path, text)
            assert heard.get(timeout=90) == tenths
            os.close(handle)
    finally:
        thermometer.stop()


def written(path: Path, text: bytes) -> int:
    """The handle through which it was written; whoever reads may be about to close and open anew."""
    ends_s = time.monotonic() + 90
    while True:
        handle = opened_to_write(path)
        try:
            os.write(handle, text)
            return handle
        except BrokenPipeError:
            os.close(handle)
            assert time.monotonic() < ends_s


def opened_to_write(path: Path) -> int:
    ends_s = time.monotonic() + 90
    while True:
        try:
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads it yet
            assert time.monotonic() < ends_s
            time.sleep(0.02)


def test_a_file_or_folder_is_no_thermometer(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("36.6\n")
    for path in (tmp_path, tmp_path / "file"):
        with pytest.raises(InputError, match="not a device"):
            checked_path(path)
    checked_path(tmp_path / "ttyUSB9")  # not plugged in yet
