"""A kiosk's parts without camera, browser and network, for tests that join them by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from domain.entry import Entry
from kiosk.facts.trust import Trust
from kiosk.host.clock import GateClock, Machine
from kiosk.spool.spool import Spool
from kiosk.spool.thread import SpoolThread
from tests.kiosk.office import EAST, Office
from tests.kiosk.plain_entries import sealed
from tests.kiosk.programs import Running
from tests.kiosk.server import Desk

NOW_S = 1_795_000_000


@dataclass
class Time:
    """Hands of both clocks, moved by the test; milliseconds."""

    wall: int = NOW_S * 1000
    boot: int = 1_000_000

    def passes(self, seconds: float) -> None:
        self.wall += int(seconds * 1000)
        self.boot += int(seconds * 1000)

    def machine(self) -> Machine:
        return Machine(lambda: self.wall, lambda: self.boot, "boot-1")


@dataclass
class Bench:
    """Time, office, spool and trust that belong together."""

    time: Time
    office: Office
    clock: GateClock
    spool: SpoolThread
    trust: Trust
    home: Path
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**9)))

    def random(self, count: int) -> bytes:
        return next(self.numbers).to_bytes(count, "big")

    def fill(self, count: int) -> list[Entry]:
        """Commit `count` plain entries."""
        return [
            self.spool.do(lambda spool: spool.commit(sealed(self.time.wall, self.random), self.time.wall))
            for _ in range(count)
        ]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    hands = Time()
    clock = GateClock(hands.machine())
    office = Office(NOW_S)
    trust = Trust(tmp_path, office.note_key, EAST, clock)
    spool = SpoolThread(lambda: Spool(tmp_path, lambda: hands.wall))
    yield Bench(hands, office, clock, spool, trust, tmp_path)
    trust.close()
    spool.close()


@pytest.fixture
def desk() -> Iterator[Desk]:
    served = Desk(Office(int(time.time())))
    yield served
    served.close()


@pytest.fixture
def runs() -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(home: Path, source: Path, *more: str) -> Running:
        started.append(Running(home, source, *more))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
