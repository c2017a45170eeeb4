"""Keeps the processes of one machine's site running: what ends is started again, all end together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

_LOOK_S: Final = 0.25
# One that cannot start would else be started without a pause.
_PAUSE_S: Final = 1.0
_END_S: Final = 40.0


class Processes:
    """Children of this process, each `python -m web` with arguments of its own and one socket for all."""

    def __init__(
        self, arguments: Sequence[Sequence[str]], listening_fd: int, told: Mapping[str, str]
    ) -> None:
        """`told` is added to the environment of each."""
        self._arguments, self._fd, self._told = arguments, listening_fd, told
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start all."""
        self._running = [self._started(each) for each in self._arguments]

    def watch(self) -> None:
        """Start again whatever ends, for ever."""
        while True:
            time.sleep(_LOOK_S)
            for at, process in enumerate(self._running):
                if process.poll() is not None:
                    structlog.get_logger().warning("process_ended", status=process.returncode)
                    time.sleep(_PAUSE_S)
                    self._running[at] = self._started(self._arguments[at])

    def stop(self) -> None:
        """Tell all to end, and wait until they did what they had begun."""
        for process in self._running:
            process.terminate()
            assert process.stdin is not None
            process.stdin.close()
        until = time.perf_counter() + _END_S
        for process in self._running:
            try:
                process.wait(max(0.0, until - time.perf_counter()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _started(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        # Their words come on this process's own outputs; their input ends when this process does.
        return subprocess.Popen(
            [sys.executable, "-m", "web", *arguments],
            stdin=subprocess.PIPE,
            pass_fds=(self._fd,),
            env={**os.environ, **self._told},
        )


def end_with_parent() -> None:
    """Let this process be told to end when the one that started it is gone, killed or not."""

    def watch() -> None:
        # Not through `sys.stdin`, whose lock this thread would hold while the program ends.
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
