"""The one decision: kiosk, phone check-in, staff page, import, replay and simulator all call `judge`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.code import CodeClass, CodeFault, VisitorCode, genuine, verified
from domain.facts import Facts, Vehicle, VisitorFacts
from domain.outcome import Outcome
from domain.policy import Policy
from domain.reason import Reason, reason_of, sentence_of
from domain.rules import Verdict, examined
from domain.venue import Direction, Entrance
from domain.wording import Sentence

# Whoever decides needs these beside `judge`.
__all__ = ["Decision", "Facts", "Outcome", "Presence", "Vehicle", "VisitorFacts", "examination", "judge"]


class Presence(StrEnum):
    """What proves that the person stood at the entrance."""

    ROTATING = "rotating"
    STATIC = "static"
    POSTER_STATIC = "poster_static"
    POSTER_ROTATING = "poster_rotating"
    STAFF = "staff"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome with its one reason; `values` fill the places in the reason's sentence."""

    outcome: Outcome
    reason: Reason
    presence: Presence
    visitor: VisitorFacts | None = None
    code: VisitorCode | None = None
    fault: CodeFault | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> Sentence:
        """What the person reads and hears, in both languages."""
        return sentence_of(self.reason, self.values)

    @property
    def is_entry(self) -> bool:
        """Whether this is kept: a foreign code and a crowd of codes are counted, not logged."""
        return self.reason not in (Reason.NOT_A_VISITOR_CODE, Reason.ONE_CODE_AT_A_TIME)


def judge(
    shown: str | VisitorFacts,
    entrance: Entrance,
    policy: Policy,
    facts: Facts,
    now_ms: int,
    presence: Presence,
    direction: Direction = Direction.IN,
) -> Decision:
    """Decide about the text of a code, or a visitor known in another way, at an entrance.

    `now_ms` is Unix milliseconds by the best clock of the caller. A card's code makes the presence
    static whatever the caller thought. Never raises for any text.
    """
    return examination(shown, entrance, policy, facts, now_ms, presence, direction)[0]


def examination(
    shown: str | VisitorFacts,
    entrance: Entrance,
    policy: Policy,
    facts: Facts,
    now_ms: int,
    presence: Presence,
    direction: Direction = Direction.IN,
) -> tuple[Decision, tuple[Verdict, ...]]:
    """The decision of `judge` and the verdict of every rule that was asked, in order.

    A bad code and a leaving person are decided without any rule.
    """
    code, visitor = None, None
    if isinstance(shown, str):
        read = _read(shown, facts, now_ms // 1000, direction)
        if isinstance(read, CodeFault):
            return _of_bad_code(read, presence), ()
        code = read
        visitor = facts.visitor_of(code.cti)
        if visitor is not None and not code.is_of(visitor.owner):
            # The thief of one enterprise's key signed what another's visitor carries.
            return _of_bad_code(CodeFault.OTHERS_KEY, presence), ()
        presence = Presence.STATIC if code.code_class is CodeClass.CARD else presence
    else:
        visitor = shown
    if direction is Direction.OUT:
        # Nobody is kept inside: a genuine code is let out whatever the rules of entering say.
        return Decision(Outcome.ADMITTED, Reason.GOODBYE, presence, visitor, code), ()
    verdicts = tuple(examined(visitor, entrance, policy, facts, now_ms))
    for verdict in verdicts:
        if verdict.reason is not None:
            said = Decision(verdict.outcome, verdict.reason, presence, visitor, code, values=verdict.values)
            return said, verdicts
    return Decision(Outcome.ADMITTED, Reason.WELCOME, presence, visitor, code), verdicts


def _read(text: str, facts: Facts, now_s: int, direction: Direction) -> VisitorCode | CodeFault:
    if direction is Direction.IN:
        return verified(text, facts.keys, now_s, facts.is_revoked)
    # A card that ended while its holder was inside must not keep them there.
    return genuine(text, facts.keys, now_s)


def _of_bad_code(fault: CodeFault, presence: Presence) -> Decision:
    # An issuer this gate does not know may be a bundle that did not arrive yet: a person decides.
    referred = fault in (CodeFault.KEY_UNKNOWN, CodeFault.NOT_YET)
    outcome = Outcome.REFERRED if referred else Outcome.REFUSED
    return Decision(outcome, reason_of(fault), presence, fault=fault)
