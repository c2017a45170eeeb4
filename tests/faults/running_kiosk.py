"""`python -m tests.faults.running_kiosk`: a whole kiosk whose reader is killed and whose camera fails.

Faults I9 and I15. The camera is an MJPEG stream, the server a small one that speaks the contract; the kiosk
is the program that users start. Ends in a line of JSON: the seconds from each fault to the state, and back.
Needs Linux.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from domain.venue import Entrance
from kiosk.host.identity import Identity, saved_identity
from tests.faults.broadcast import Broadcast, shade, view
from tests.kiosk.office import EAST, Office
from tests.kiosk.server import Desk
from tests.ports import free_port

_PATIENCE_S = 90.0


class Drill:
    """One kiosk, its camera and its server; `seconds` is how long each thing took."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(Office(int(time.time())))
        self.desk.publish(self.desk.office.bundle(1), 1)
        self.camera = Broadcast()
        self.seconds: dict[str, float] = {}
        entrance = Entrance(EAST.id, EAST.name, EAST.venue_id, EAST.venue_name)
        saved_identity(
            folder, Identity(self.desk.url, "kiosk-1", "secret", self.desk.office.note_key, entrance)
        )
        self._log = folder / "kiosk.log"
        self._errors = self._log.open("wb")
        words = ["run", "--source", self.camera.url, "--home", str(folder), "--port", str(free_port())]
        self._kiosk = subprocess.Popen(
            [sys.executable, "-m", "kiosk", *words], stdout=subprocess.PIPE, stderr=self._errors, text=True
        )
        assert self._kiosk.stdout is not None
        ready = next((line for line in self._kiosk.stdout if line.startswith("kiosk ready")), "")
        assert ready, self._log.read_text()
        self._url = ready.split()[2]

    def state(self) -> Any:
        return httpx.get(f"{self._url}/state", trust_env=False, timeout=30).json()

    def visitor(self, number: int, name: str) -> None:
        """Hold up a visitor's code until the entry is at the server."""
        self.camera.image = view(self.desk.office.code(number, card=True))
        self._timed(name, lambda: len(self.desk.stored) == number)
        self.camera.image = view()

    def kill_reader(self) -> None:
        os.kill(self._reader(), signal.SIGKILL)

    def hang_reader(self) -> None:
        """It stands still with whatever it does, as in endless code, and does not come back by itself."""
        os.kill(self._reader(), signal.SIGSTOP)

    def camera_fault(self, name: str, states: str, fault: Callable[[Broadcast], None]) -> None:
        """Let the camera fail until the kiosk says how, and mend it until the kiosk says that it works."""
        fault(self.camera)
        self._timed(name, lambda: self.state()["camera"]["state"] in states.split())
        self.camera.good()
        self._timed(f"{name} mended", lambda: self.state()["camera"]["state"] == "ok")

    def close(self) -> int:
        """Stop the kiosk; its exit status."""
        if self._kiosk.poll() is None:
            self._kiosk.terminate()
        try:
            self._kiosk.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self._kiosk.kill()
            self._kiosk.communicate()
        self._errors.close()
        self.camera.close()
        self.desk.close()
        return self._kiosk.returncode

    def _timed(self, name: str, done: Callable[[], bool]) -> None:
        began = time.monotonic()
        while not done():
            assert self._kiosk.poll() is None, f"the kiosk ended: {self._log.read_text()}"
            assert time.monotonic() - began < _PATIENCE_S, f"{name}: {self.state()}, {self._log.read_text()}"
            time.sleep(0.02)
        self.seconds[name] = round(time.monotonic() - began, 2)

    def _reader(self) -> int:
        children = Path(f"/proc/{self._kiosk.pid}/task").glob("*/children")
        pids = [int(pid) for each in children for pid in each.read_text().split()]
        return next(pid for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes())


def drilled(folder: Path) -> tuple[dict[str, float], list[int], int]:
    """Seconds of each step, the numbers of the entries that arrived, and the kiosk's exit status."""
    drill = Drill(folder)
    try:
        drill.visitor(1, "visitor")
        drill.kill_reader()
        drill.visitor(2, "visitor after the reader was killed")
        drill.hang_reader()
        drill.visitor(3, "visitor after the reader hung")
        for name, states, fault in FAULTS:
            drill.camera_fault(name, states, fault)
    finally:
        status = drill.close()
    return drill.seconds, sorted(drill.desk.order), status


def _set(**values: Any) -> Callable[[Broadcast], None]:
    def fault(camera: Broadcast) -> None:
        for name, value in values.items():
            setattr(camera, name, value)

    return fault


FAULTS = (
    ("cut", "lost", _set(is_cut=True)),
    ("black", "black", _set(image=shade(4))),
    ("too bright", "bright", _set(image=shade(252))),
    ("too dark", "dark", _set(image=shade(32))),
    ("frozen", "frozen", _set(is_moving=False)),
    ("1 fps", "slow", _set(fps=1.0)),
)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        seconds, entries, status = drilled(Path(name))
    print(json.dumps({"entries": entries, "exit": status, "seconds": seconds}))
    late = [name for name, took in seconds.items() if took > (2.0 if "reader" in name else 5.0)]
    late = [name for name in late if "mended" not in name]
    sys.exit(1 if late or status else 0)
