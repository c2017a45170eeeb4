"""`python -m web serve` in a process of its own, as people start it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

# It takes half a second of a machine that has time; who never stops is noticed.
STOPS_WITHIN_S = 60


def environment(home: Path, **settings: str) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BASE_URL")}
    return {**kept, "DATA_DIR": str(home), **settings}


@dataclass(frozen=True)
class Served:
    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stopped_by(self, number: signal.Signals) -> str:
        """What it still said; it must end well and in time."""
        self.process.send_signal(number)
        said, errors = self.process.communicate(timeout=STOPS_WITHIN_S)
        assert (self.process.returncode, errors) == (0, "")
        return said


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[Served]:
    port = free_port()
    process = subprocess.Popen(
        # The tests may run where a terminal that closes ends nobody (nohup).
        ["env", "--default-signal=HUP", sys.executable, "-m", "web", "serve", "--port", str(port)],
        env=environment(home, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"ready http://127.0.0.1:{port}\n"
        yield Served(process, port)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
