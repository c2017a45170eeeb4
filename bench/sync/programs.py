"""Processes of the sync benches, as users start them: killed, started again, their words kept in a file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from domain.errors import UnavailableError
from domain.wording import Sentence

_READY_S: Final = 60.0
_STOP_S: Final = 30.0


class Program:
    """One `python -m …`, started any number of times; killed without a warning or asked to stop."""

    def __init__(self, arguments: Sequence[str], log: Path, environment: dict[str, str], ready: str) -> None:
        self._arguments = arguments
        self._log = log
        self._environment = environment
        self._ready = ready
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._popen is not None and self._popen.poll() is None

    @property
    def pid(self) -> int:
        """The number of the process that runs."""
        assert self._popen is not None, "it was started"
        return self._popen.pid

    def start(self) -> None:
        """Start it and wait until it says that it is ready; UnavailableError when it never does."""
        offset = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as out:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", *self._arguments],
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self._environment},
            )
        deadline = time.monotonic() + _READY_S
        while self.is_running and time.monotonic() < deadline:
            if self._ready in self.words()[offset:]:
                return
            time.sleep(0.05)
        raise UnavailableError(
            Sentence(
                f"{self._arguments} did not start: {self.words()[-2000:]}", f"{self._arguments} 未能启动"
            )
        )

    def words(self) -> str:
        """All it said so far."""
        return self._log.read_bytes().decode("latin-1")

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._popen is not None and self.is_running:
            self._popen.kill()
            self._popen.wait()

    def stop(self) -> None:
        """Ask it to end, and wait."""
        if self._popen is not None and self.is_running:
            self._popen.send_signal(signal.SIGTERM)
            try:
                self._popen.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()


def site(home: Path, port: int, log: Path) -> Program:
    """The web server on its SQLite database."""
    environment = {"DATA_DIR": str(home), "BASE_URL": f"http://127.0.0.1:{port}"}
    return Program(["web", "serve", "--port", str(port)], log, environment, "ready ")
