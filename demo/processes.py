"""Site and kiosk as processes of their own, started in order and stopped together."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import TextIO

from domain.errors import UnavailableError
from domain.wording import Sentence

_STOP_S = 10.0


class Child:
    """A `python -m …` process whose output is passed on line by line."""

    def __init__(self, name: str, arguments: Sequence[str], environment: dict[str, str]) -> None:
        self.name = name
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        )
        assert self._process.stdout is not None
        threading.Thread(target=self._pass_on, args=(self._process.stdout,), daemon=True).start()

    @property
    def ended(self) -> bool:
        """Whether the process is no more."""
        return self._process.poll() is not None

    def wait_for(self, beginning: str, seconds: float) -> None:
        """Return when a line begins like this; UnavailableError when the process ends or is too slow."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            if line.startswith(beginning):
                return
        raise UnavailableError(
            Sentence(
                f"The {self.name} did not start; its words are above.", f"{self.name} 未能启动，原因见上。"
            )
        )

    def finish(self, seconds: float) -> int:
        """The exit status of a process that ends by itself."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return self.stop()

    def ask_to_stop(self) -> None:
        """Let it finish what it has in hand."""
        if not self.ended:
            self._process.terminate()

    def stop(self) -> int:
        """Wait until it has stopped, at most ten seconds; returns its exit status."""
        self.ask_to_stop()
        try:
            return self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _pass_on(self, output: TextIO) -> None:
        for line in output:
            sys.stdout.write(
                f"[{self.name}] {line}" if not line.startswith(("ready ", "kiosk ready ")) else line
            )
            sys.stdout.flush()
            self._lines.put(line)
        self._lines.put(None)
