"""Fixtures of the journeys: a seeded place, its site, an enrolled kiosk, a browser."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo import seed
from tests.journeys.stage import ROOT, Place, Process
from tests.journeys.stream import Stream, jpegs
from tests.ports import free_port
from web.services.installation import opened
from web.services.signing_keys import keys
from web.settings import Settings


def _seeded(home: Path) -> Place:
    port = free_port()
    inst = opened(
        Settings(home=home, base_url=f"http://127.0.0.1:{port}"),
        lambda: time.time_ns() // 1_000_000,
    )
    try:
        keys.ensure(inst)
        demo, first = seed.seeded(inst)
        assert first is not None
        text = seed.enrolment(inst, demo)
        phones = [seed.phone_codes(inst, who, int(time.time()), 0.5) for who in demo.visitor_ids]
    finally:
        inst.close()
    return Place(home, port, demo, first, text, phones)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return _seeded(tmp_path / "var")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A seeded place whose site runs for all journeys that neither stop it nor count what is in it."""
    folder = tmp_path_factory.mktemp("town")
    made = _seeded(folder / "var")
    site = Process(["web", "serve", "--port", str(made.port)], folder / "site.log", made.environment()).start(
        "ready http://"
    )
    yield made
    site.kill()


@pytest.fixture
def processes(tmp_path: Path, place: Place) -> Iterator[Callable[..., Process]]:
    """Starts processes and leaves none behind."""
    started: list[Process] = []

    def start(name: str, arguments: list[str], ready: str) -> Process:
        process = Process(arguments, tmp_path / f"{name}.log", place.environment())
        started.append(process)
        return process.start(ready)

    yield start
    for process in reversed(started):
        process.kill()


@pytest.fixture
def site(place: Place, processes: Callable[..., Process]) -> Process:
    return processes("site", ["web", "serve", "--port", str(place.port)], "ready http://")


@pytest.fixture
def streams() -> Iterator[Callable[[list[tuple[str, str, str]]], Stream]]:
    """Makes cameras before which these visitors come and go."""
    made: list[Stream] = []

    def stream(visits: list[tuple[str, str, str]]) -> Stream:
        made.append(Stream(jpegs(visits)))
        return made[-1]

    yield stream
    for one in made:
        one.cut()


@pytest.fixture
def enrolled(place: Place, site: Process) -> Path:
    """The home of a kiosk that has enrolled at the running site."""
    home = place.home / "kiosk"
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "enrol", place.enrolment, "--home", str(home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return home
