"""The commands of a kiosk as a user calls them, within the test or as processes, and what the camera sees."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import httpx
import segno
from click.testing import CliRunner, Result
from PIL import Image

from domain.enrolment import Enrolment, enrolment_text
from domain.venue import Entrance
from kiosk.__main__ import kiosk
from kiosk.host.identity import Identity, saved_identity
from tests.kiosk.office import EAST
from tests.kiosk.server import Desk
from tests.ports import free_port

EAST_GATE = Entrance(EAST.id, EAST.name, EAST.venue_id, EAST.venue_name)


def picture(path: Path, *texts: str) -> Path:
    """A 1280×720 picture with codes side by side on grey."""
    frame = Image.new("RGB", (1280, 720), (170, 170, 170))
    for number, text in enumerate(texts):
        symbol = path.with_suffix(".symbol.tmp")
        segno.make(text, error="m").save(str(symbol), kind="png", scale=5, border=4)
        frame.paste(Image.open(symbol).convert("RGB"), (80 + 620 * number, 80))
        symbol.unlink()
    frame.save(path)
    return path


def enrolled(home: Path, desk: Desk) -> Identity:
    identity = Identity(desk.url, "kiosk-1", "secret", desk.office.note_key, EAST_GATE)
    saved_identity(home, identity)
    return identity


def enrolment(desk: Desk, token: str = "token-1") -> str:
    return enrolment_text(Enrolment(desk.url, token, desk.office.note_key))


def called(*arguments: str) -> Result:
    return CliRunner().invoke(kiosk, arguments)


def assert_sentence(result: Result, status: int, *words: str) -> None:
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    for word in words:
        assert word in result.output


class Running:
    """A kiosk in a process of its own, as a user starts it; its words are taken as they come."""

    def __init__(self, home: Path, source: Path, *more: str) -> None:
        self.port = free_port()
        self.lines: list[str] = []
        self.errors: list[str] = []
        arguments = ["run", "--source", str(source), "--home", str(home), "--port", str(self.port), *more]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        said = ((self.process.stdout, self.lines), (self.process.stderr, self.errors))
        self.hearing = [threading.Thread(target=heard, args=one, daemon=True) for one in said]
        for thread in self.hearing:
            thread.start()

    def until_said(self, beginning: str) -> None:
        wait_for(lambda: self.has_ended() or any(line.startswith(beginning) for line in self.lines))
        assert any(line.startswith(beginning) for line in self.lines), (self.lines, self.errors)

    def has_ended(self) -> bool:
        """Whether the process is over and everything that it said was heard."""
        return self.process.poll() is not None and not any(thread.is_alive() for thread in self.hearing)

    def state(self) -> Any:
        return httpx.get(f"http://127.0.0.1:{self.port}/state", trust_env=False).json()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(timeout=90)
        wait_for(self.has_ended)
        return self.process.returncode


def heard(pipe: IO[str], lines: list[str]) -> None:
    with pipe:
        for line in pipe:
            lines.append(line.rstrip())


def wait_for(condition: Callable[[], bool]) -> None:
    ends_s = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < ends_s, "it did not happen"
        time.sleep(0.02)
