"""Entries of a gate, as plain as they can be."""

from __future__ import annotations

from collections.abc import Callable

from domain.decision import Outcome, Presence
from domain.entry import Clock, Entry, PrivateRecord, Way, uuid7
from domain.reason import Reason
from domain.venue import Direction
from tests.kiosk.office import EAST


def sealed(at_ms: int, random: Callable[[int], bytes]) -> Callable[[int], Entry]:
    def seal(seq: int) -> Entry:
        return Entry(
            uuid7(at_ms, random(10)), "kiosk-1", seq, EAST.venue_id, EAST.id, Direction.IN, at_ms,
            Outcome.ADMITTED, Reason.WELCOME, Presence.ROTATING, Way.KIOSK, 1, 1, Clock("boot-1", 5),
            PrivateRecord("v1", "00" * 16),
        )  # fmt: skip

    return seal
