"""A gate's door in tests: recognition, sightings and gate joined, with time that tests move."""

from __future__ import annotations

import json
from typing import Any

from domain.reason import Reason
from domain.venue import Direction
from kiosk.gate.answer import Answer, Card
from kiosk.gate.gate import Gate
from kiosk.gate.register import Register
from kiosk.privacy.tags import Tags
from kiosk.sightings.recognition import Recognition
from kiosk.sightings.sightings import Sightings
from tests.kiosk.conftest import Bench

# What a restarted program finds in memory while the machine runs on.
SAME_MACHINE = Tags(bytes(32))


class Door:
    """Recognition, sightings and gate joined as the loop joins them, with time that tests move."""

    def __init__(self, bench: Bench, direction: Direction = Direction.IN, tags: Tags = SAME_MACHINE) -> None:
        self.bench = bench
        self.register = Register(
            "kiosk-1", direction, bench.trust, bench.spool, bench.clock, bench.random, tags
        )
        self.register.recall()
        self.gate = Gate(self.register)
        self.recognition = Recognition(bench.clock.now_ms)
        self.sightings = Sightings()

    def shows(self, *texts: str, after_s: float = 2.0) -> Answer | None:
        self.bench.time.passes(after_s)
        seen = self.recognition.seen(texts, self.bench.trust.rules)
        events = self.sightings.step(seen, self.bench.time.boot / 1000)
        assert len(events) <= 1
        return self.gate.step(events[0]) if events else None

    def entries(self) -> list[Any]:
        bodies = self.bench.spool.do(lambda spool: spool.bodies_since(0))
        return [self.bench.office.opened(json.loads(body)) for body in bodies]


def answered(answer: Answer | None) -> tuple[Card, Reason]:
    assert answer is not None
    return answer.card, answer.reason
