"""What the staff's side shows beside its forms: today's counts, who waits, and what can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from domain.decision import Outcome
from domain.hold import LEVEL_NAMES, LEVEL_ORDERS, in_force
from domain.reason import Reason
from domain.visitor import masked_tail
from domain.wording import Sentence
from kiosk.desk.desk import Desk
from kiosk.gate.answer import WORDS, Card
from kiosk.gate.gate import Gate, Passage
from kiosk.gate.register import Register

_OUTCOMES: dict[Outcome, Sentence] = {
    Outcome.ADMITTED: WORDS[Card.ADMITTED],
    Outcome.REFUSED: WORDS[Card.REFUSED],
    Outcome.REFERRED: Sentence("Referred", "转人工"),
}
_NOBODY = Sentence("Without a code", "无码访客")
_BEFORE = Sentence("Before this start", "本次启动前")


class Overview:
    """Reads the desk's state; changes nothing."""

    def __init__(
        self, register: Register, gate: Gate, desk: Desk, thermometer: Callable[[], Sentence | None]
    ) -> None:
        """`thermometer` says what is wrong with it, None when it measures or there is none."""
        self._register = register
        self._gate = gate
        self._desk = desk
        self._thermometer = thermometer

    def state(self) -> dict[str, object]:
        """Everything as JSON values; names are masked."""
        register = self._register
        with register.turn:
            day, today, policy = register.day(), register.today, register.rules.policy
            notice = self._thermometer()
            return {
                "direction": register.direction.value,
                "people": asdict(today.people(day)),
                "vehicles": asdict(today.vehicles(day)),
                "last": self._last(),
                "feverish": self._passage(self._gate.feverish),
                "standing": self._passage(self._gate.last),
                "expected": self._gate.expected.shown,
                "vehicle_complete": policy.vehicle_complete,
                "thermometer": _pair(notice) if notice else None,
            }

    def _last(self) -> dict[str, object] | None:
        made = self._desk.last()
        if made is None:
            return None
        name = self._desk.name_of(made)
        return {
            "id": made.id,
            "at_ms": made.at_ms,
            "outcome": made.outcome.value,
            "word": _pair(_OUTCOMES[made.outcome]),
            "name": _pair(Sentence(name, name) if name else _NOBODY if made.is_known else _BEFORE),
            "plate": masked_tail(made.plate) if made.plate else "",
            "people": made.people,
        }

    def _passage(self, passage: Passage | None) -> dict[str, object] | None:
        if passage is None or passage.decision.reason is Reason.TAKEN_BACK:
            return None
        visitor = passage.decision.visitor
        confidential = self._register.rules.policy.confidential
        name = visitor.masked_name if visitor and not confidential else ""
        return {
            "entry": passage.entry.id,
            "outcome": passage.decision.outcome.value,
            "word": _pair(_OUTCOMES[passage.decision.outcome]),
            "name": _pair(Sentence(name, name) if name else _NOBODY),
            "companions": passage.particulars.companions,
            "holds": _holds(passage),
        }


def _holds(passage: Passage) -> list[dict[str, object]]:
    """What the guard has to do about somebody on hold, the gravest first; the public screen never gets it."""
    decision = passage.decision
    if decision.reason is not Reason.ON_HOLD or decision.visitor is None:
        return []
    # Those of the moment of the decision: by the gate's own clock, which the entry bears, it may be another.
    holds = in_force(decision.visitor.holds, passage.entry.at_ms) or decision.visitor.holds
    return [
        {
            "level": _pair(LEVEL_NAMES[hold.level]),
            "order": _pair(LEVEL_ORDERS[hold.level]),
            "instruction": hold.instruction,
        }
        for hold in holds
    ]


def _pair(sentence: Sentence) -> dict[str, str]:
    return {"zh": sentence.zh, "en": sentence.en}
