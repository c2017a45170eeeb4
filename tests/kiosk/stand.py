"""The stand of `demo`, at the entrance that the other tests use, and one answer of each kind."""

from __future__ import annotations

from dataclasses import dataclass

from demo.kiosk_stand import Stand as DemoStand
from demo.kiosk_stand import now_ms
from domain.decision import Decision, Outcome, Presence, VisitorFacts
from domain.reason import Reason
from domain.venue import Direction, Entrance
from domain.visitor import VisitorClass
from kiosk.gate.answer import Answer, Card, again, crowd, decided, foreign, not_written
from tests.kiosk.office import EAST

__all__ = ["ADMITTED", "ANSWERS", "VISITOR", "Stand", "judged", "now_ms"]

VISITOR = VisitorFacts("v1", VisitorClass.VISITOR, masked_name="王**")


def judged(outcome: Outcome, reason: Reason, **values: str) -> Decision:
    return Decision(outcome, reason, Presence.ROTATING, VISITOR, values=values)


ADMITTED = decided(judged(Outcome.ADMITTED, Reason.WELCOME), 1, named=True, noted="36.6 °C · +2")
ANSWERS: dict[Card, Answer] = {
    Card.ADMITTED: ADMITTED,
    Card.REFUSED: decided(
        judged(Outcome.REFUSED, Reason.OUTSIDE_HOURS, opens="08:00–12:00, 13:30–18:00"), 2, named=True
    ),
    Card.REFERRED: decided(judged(Outcome.REFERRED, Reason.TEMPERATURE_HIGH, limit="37.3"), 3, named=True),
    Card.TEMPERATURE: decided(judged(Outcome.REFERRED, Reason.TEMPERATURE_NEEDED), 4, named=True),
    Card.AGAIN: again(ADMITTED, Direction.IN, 12),
    Card.FOREIGN: foreign(),
    Card.CROWD: crowd(),
    Card.NOT_WRITABLE: not_written(judged(Outcome.ADMITTED, Reason.WELCOME)),
    Card.TAKEN_BACK: decided(judged(Outcome.REFERRED, Reason.TAKEN_BACK), 5, named=True),
}


@dataclass
class Stand(DemoStand):
    """With a screen that shows what the test sets, on a port of its own."""

    entrance: Entrance = EAST
