"""The child goes when the process that started it goes, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

PATIENCE = 30.0
PARENT = """
import os, signal, sys, time
from kiosk.decoder.decoder import Decoder
import numpy as np

if __name__ == "__main__":
    # A shell's background job, as the tests may be, begins with Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder, state = sys.argv[1:]
    sys.path.insert(0, folder)
    deadline = 0.1 if state == "unwatched" else 30.0
    with Decoder(clock=time.monotonic, work="odd_work:work", deadline=deadline) as decoder:
        assert decoder.wait_ready(90)
        if state != "idle":
            decoder.submit(np.full((50, 50), 2, dtype=np.uint8))
        try:
            print(decoder.pid, flush=True)
            time.sleep(600 if state == "unwatched" else 0)
            while True:
                decoder.wait(0.1)
        except KeyboardInterrupt:
            pass
"""


@pytest.fixture
def parent(tmp_path: Path, odd_work: str) -> Iterator[Callable[[str], tuple[subprocess.Popen[str], int]]]:
    """Start a process of its own that runs a decoder, as a kiosk does; return it and its child."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    folder = next(path for path in sys.path if (Path(path) / "odd_work.py").exists())
    started: list[subprocess.Popen[str]] = []

    def start(state: str) -> tuple[subprocess.Popen[str], int]:
        process = subprocess.Popen(
            [sys.executable, str(script), folder, state],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout is not None
        return process, int(process.stdout.readline())

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def gone(pid: int) -> bool:
    """Wait until a process that is not ours to reap has ended."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_ctrl_c_for_the_whole_group_ends_quietly_and_leaves_nothing(
    parent: Callable[[str], tuple[subprocess.Popen[str], int]], state: str
) -> None:
    process, child = parent(state)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert errors == ""  # neither a traceback nor the resource tracker's warning of leaked memory
    assert gone(child)


@pytest.mark.parametrize("state", ["idle", "unwatched"])
def test_the_child_goes_when_the_parent_is_killed_even_if_it_hangs(
    parent: Callable[[str], tuple[subprocess.Popen[str], int]], state: str
) -> None:
    process, child = parent(state)
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert gone(child)
