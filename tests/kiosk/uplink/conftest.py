"""An uplink stepped by hand against a real server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from kiosk.uplink.delivery import Delivery
from kiosk.uplink.heartbeat import Vitals
from kiosk.uplink.portal import Portal
from kiosk.uplink.uplink import LinkState, Uplink
from tests.kiosk.conftest import Bench
from tests.kiosk.server import Desk

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Line:
    """An uplink stepped by hand against a real server, with time that the test moves."""

    bench: Bench
    desk: Desk
    uplink: Uplink
    delivery: Delivery
    changes: list[LinkState] = field(default_factory=list)

    def steps(self, count: int = 8, pass_s: float = 0.0) -> None:
        for _ in range(count):
            self.delivery.look()
            self.uplink.step()
            self.bench.time.passes(pass_s)

    def counts(self) -> tuple[int, int]:
        counts = self.bench.spool.counts()
        return counts.waiting, counts.quarantined

    def fails_with(self, answer: Callable[[], Answer | None], path: str = "/self/entries") -> None:
        def fault(desk: Desk, asked: str) -> Answer | None:
            return answer() if asked.startswith(path) else None

        self.desk.fault = fault

    def works(self) -> None:
        self.desk.fault = lambda desk, path: None


@pytest.fixture
def line(bench: Bench, desk: Desk) -> Iterator[Line]:
    desk.office = bench.office
    desk.clock_s = lambda: bench.time.wall / 1000
    plain = httpx.HTTPTransport(verify=False)  # no TLS here: saves loading certificates 37 times
    portal = Portal(desk.url, "secret", "0.1.0", time.monotonic, plain)
    delivery = Delivery(portal, bench.spool, bench.clock.now_ms, lambda: bench.time.boot / 1000, lambda: 1.0)

    def vitals() -> Vitals:
        waiting = bench.spool.counts().waiting
        return Vitals("ok", 29.97, waiting, bench.trust.rules.seq, 3, bench.time.wall)

    uplink = Uplink(
        portal, delivery, bench.trust, bench.clock, vitals, lambda: 1.0, lambda: None, lambda: None
    )
    yield Line(bench, desk, uplink, delivery)
    portal.close()
