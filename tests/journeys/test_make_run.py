"""What `make run` starts: it sets a first look up, stops cleanly, and finds everything again."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.stage import ROOT, Process, eventually, fetched
from tests.ports import free_port

pytestmark = pytest.mark.journey


@dataclass(frozen=True)
class Demo:
    """A started demo and its two addresses."""

    process: Process
    site: str
    kiosk: str


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    """Starts the demo, each time over the same data and with the same ports."""
    ports = free_port(), free_port()
    started: list[Process] = []

    def start(name: str, **environment: str) -> Demo:
        arguments = ["demo", "run", "--port", str(ports[0]), "--kiosk-port", str(ports[1])]
        process = Process(
            arguments, tmp_path / f"{name}.log", {"DATA_DIR": str(tmp_path / "var"), **environment}
        )
        started.append(process)
        process.start("Log page: ", 300)
        return Demo(process, *(f"http://127.0.0.1:{port}" for port in ports))

    yield start
    for process in started:
        if process.popen is not None and process.popen.poll() is None:
            process.stop(signal.SIGINT, 60)


def test_the_first_start_shows_a_password_and_entries_and_the_second_keeps_them(
    demo: Callable[..., Demo], tmp_path: Path
) -> None:
    first = demo("first")
    said = first.process.words()
    assert f"ready {first.site}\n" in said
    assert "generated clip" in said
    password = re.search(r"password 密码 +(\S+)", said)
    assert password, said
    eventually(lambda: "entry 1" in first.process.words(), 90, f"an entry: {first.process.words()}")
    eventually(lambda: fetched(f"{first.kiosk}/state")["waiting"] == 0, 60, "it to be sent")
    assert first.process.stop(signal.SIGINT, 60) == 0, first.process.words()
    for address in (first.site, first.kiosk):
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(address, timeout=20)
    kept = _entries(tmp_path)
    assert kept >= 1

    second = demo("second", CAMERA=str(tmp_path / "var" / "visitors.avi"))
    assert "password" not in second.process.words()
    assert second.process.stop(signal.SIGINT, 60) == 0, second.process.words()
    assert _entries(tmp_path) >= kept
    files = [path for path in (tmp_path / "var").rglob("*") if path.is_file()]
    assert not [path for path in files if password[1].encode() in path.read_bytes()]


def test_a_port_that_is_taken_is_said_in_a_sentence_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "demo", "run", "--port", port],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "DATA_DIR": str(tmp_path / "var")},
        )
    assert done.returncode != 0
    assert f"Cannot listen on 127.0.0.1:{port}" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def _entries(folder: Path) -> int:
    with sqlite3.connect(f"file:{folder / 'var' / 'codeplace.db'}?mode=ro", uri=True) as connection:
        return int(connection.execute("select count(*) from entries").fetchone()[0])
