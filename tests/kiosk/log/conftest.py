"""A gate that witnesses the log of a server, which the test decides."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from domain.note import LogKey
from domain.witness import proof_texts
from kiosk.log.witnessing import Witness
from kiosk.uplink.delivery import Delivery
from kiosk.uplink.heartbeat import Vitals
from kiosk.uplink.portal import Portal
from kiosk.uplink.uplink import Uplink
from tests.domain.owned_log import Log, leaves
from tests.kiosk.conftest import NOW_S, Bench
from tests.kiosk.server import Desk, as_json
from tests.kiosk.uplink.conftest import Answer

FOREVER = 2**32 - 1


@dataclass
class Served:
    """A gate that witnesses the log of a desk; the test decides which log that is, and how much of it."""

    bench: Bench
    desk: Desk
    witness: Witness
    delivery: Delivery
    uplink: Uplink
    log: Log
    size: int = 5
    told: list[dict[str, Any]] = field(default_factory=list)
    seq: int = 0

    def teach(self, *logs: Log) -> None:
        """A bundle with the keys of these logs."""
        self.seq += 1
        self.bench.office.teach(self.bench.trust, self.seq, log=tuple(keys(log) for log in logs))

    def sync(self, count: int = 1) -> None:
        for _ in range(count):
            self.delivery.hurry()
            self.delivery.step()
            self.bench.time.passes(1)

    @property
    def waiting(self) -> int:
        return self.bench.spool.counts().waiting

    def again(self) -> Witness:
        """The witness after a restart."""
        time_now = self.bench.time
        rules = self.bench.trust
        return Witness(
            self.bench.home, lambda: rules.rules.log, self.bench.clock.now_ms, lambda: time_now.boot / 1000
        )

    def answer(self, reply: Answer | None, body: bytes) -> Answer | None:
        """The desk's answer to a batch with the head of its log, and the proof that was asked for."""
        if reply is None or reply[0] != 200:
            return reply
        asked = json.loads(body).get("log")
        if asked is None:
            return reply
        self.told.append(asked)
        size = int(asked["head"].split("\n")[1]) if asked["head"] else 0
        proof = self.log.proof(size, self.size) if 0 < size <= self.size else ()
        note = self.log.note(self.size).decode()
        return as_json(json.loads(reply[2]) | {"checkpoint": note, "consistency": proof_texts(proof)})


def keys(log: Log, until: int = FOREVER) -> LogKey:
    return LogKey(log.note_key, NOW_S - 86_400, until)


@pytest.fixture
def served(bench: Bench, desk: Desk) -> Iterator[Served]:
    desk.office = bench.office
    desk.clock_s = lambda: bench.time.wall / 1000

    def seconds() -> float:
        return bench.time.boot / 1000

    portal = Portal(desk.url, "secret", "0.1.0", time.monotonic, httpx.HTTPTransport(verify=False))
    witness = Witness(bench.home, lambda: bench.trust.rules.log, bench.clock.now_ms, seconds)
    delivery = Delivery(portal, bench.spool, bench.clock.now_ms, seconds, lambda: 1.0, witness)
    uplink = Uplink(
        portal, delivery, bench.trust, bench.clock,
        lambda: Vitals("ok", 30.0, 0, bench.trust.rules.seq, 0, bench.time.wall),
        lambda: 1.0, lambda: None, lambda: None,
    )  # fmt: skip
    made = Served(bench, desk, witness, delivery, uplink, Log(leaves=leaves(60)))
    usual = desk._usual

    def with_log(path: str, request: Any, body: bytes) -> Answer | None:
        reply = usual(path, request, body)
        return made.answer(reply, body) if path == "/self/entries" else reply

    desk._usual = with_log
    made.teach(made.log)
    yield made
    portal.close()


@pytest.fixture
def seen(served: Served) -> Served:
    """A gate that saw a head of 20 leaves and delivered three entries under it."""
    served.size = 20
    served.bench.fill(3)
    served.sync()
    assert served.witness.head is not None
    assert (served.witness.head.checkpoint.size, served.waiting) == (20, 0)
    return served


def forked(log: Log, at: int = 2) -> Log:
    other = Log(log.origin, log.leaves)
    other.private = log.private
    other.leaves[at] = b"altered"
    return other
