"""A thermometer that writes one number per line: a serial port, or any other stream."""

from __future__ import annotations

import contextlib
import os
import re
import select
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from domain.errors import InputError
from domain.wording import Sentence
from kiosk.desk.form import COLDEST, HOTTEST

_LONGEST_LINE = 64
_PATIENCE_S = 0.25
_AGAIN_AFTER_S = 1.0
_NUMBER = re.compile(r"(?<![0-9.,])([0-9]{2})(?:[.,]([0-9])([0-9])?)?(?![0-9])")


def measured_tenths(line: bytes) -> int | None:
    """Tenths of a degree Celsius in a line such as “36.6”, “T=36,65 C”; None if no temperature is in it."""
    found = _NUMBER.search(line.decode("ascii", "replace"))
    if found is None:
        return None
    value = int(found[1]) * 10 + int(found[2] or 0) + (int(found[3] or 0) >= 5)
    return value if COLDEST <= value <= HOTTEST else None


def checked_path(path: Path) -> None:
    """InputError for what can be no thermometer here: a file, a folder, another system."""
    if sys.platform == "win32":
        raise InputError(
            "thermometer",
            "A serial thermometer works on Linux and macOS only; type temperatures in here.",
            "串口体温计仅支持 Linux 和 macOS，请在本系统上手工录入体温。",
        )
    with contextlib.suppress(OSError):
        mode = path.stat().st_mode
        if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
            raise InputError(
                "thermometer",
                f"{path} is not a device. Give one such as --thermometer /dev/ttyUSB0.",
                f"{path} 不是设备，请指定如 --thermometer /dev/ttyUSB0。",
            )


class Thermometer:
    """Reads in a thread of its own, and opens the path again whenever it went away."""

    def __init__(self, path: Path, measured: Callable[[int], None]) -> None:
        """`measured` is told each temperature in tenths of a degree, in this object's thread."""
        self._path = path
        self._measured = measured
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="thermometer", daemon=True)
        self.connected = False

    @property
    def notice(self) -> Sentence | None:
        """What staff must know: that nothing can be measured with it."""
        if self.connected:
            return None
        return Sentence(f"The thermometer {self._path} is not connected.", f"体温计 {self._path} 未连接。")

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def _run(self) -> None:
        while not self._stopping.is_set():
            # Unplugged, not there yet, or its writer has gone: asked for again until it comes.
            with contextlib.suppress(OSError):
                self._read()
            self.connected = False
            self._stopping.wait(_AGAIN_AFTER_S)

    def _read(self) -> None:
        handle = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            _without_echo(handle)
            self.connected = True
            line = b""
            while not self._stopping.is_set():
                if not select.select([handle], [], [], _PATIENCE_S)[0]:
                    continue
                read = os.read(handle, 4096)
                if not read:
                    return
                *lines, line = (line + read).replace(b"\r", b"\n").split(b"\n")
                line = line[-_LONGEST_LINE:]
                for one in lines:
                    self._take(one)
        finally:
            os.close(handle)

    def _take(self, line: bytes) -> None:
        value = measured_tenths(line[-_LONGEST_LINE:])
        if value is not None:
            self._measured(value)


def _without_echo(handle: int) -> None:
    # A terminal would send back to the device what the device says. Its speed is left as it was set.
    if not os.isatty(handle):
        return
    import termios

    modes = termios.tcgetattr(handle)
    modes[3] &= ~termios.ECHO
    termios.tcsetattr(handle, termios.TCSANOW, modes)
