"""What the screen says to a person: one of a closed set of cards, with a sentence in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.decision import Decision, Outcome, Presence
from domain.reason import SENTENCES, Reason
from domain.venue import Direction
from domain.wording import Sentence


class Card(StrEnum):
    """What the whole screen turns into."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    REFERRED = "referred"
    AGAIN = "again"
    FOREIGN = "foreign"
    CROWD = "crowd"
    NOT_WRITABLE = "not_writable"
    TEMPERATURE = "temperature"
    TAKEN_BACK = "taken_back"


WORDS: dict[Card, Sentence] = {
    Card.ADMITTED: Sentence("Admitted", "放行"),
    Card.REFUSED: Sentence("Refused", "劝返"),
    Card.REFERRED: Sentence("Ask the staff", "转人工"),
    Card.AGAIN: Sentence("Already checked in", "已登记"),
    Card.FOREIGN: Sentence("Not a visitor code", "不是访客码"),
    Card.CROWD: Sentence("One code at a time", "一次一个码"),
    Card.NOT_WRITABLE: Sentence("Ask the staff", "转人工"),
    Card.TEMPERATURE: Sentence("Temperature first", "请先测温"),
    Card.TAKEN_BACK: Sentence("Taken back", "已撤销"),
}
# The number stays with its unit when the line breaks: U+00A0.
_AGAIN = {
    Direction.IN: Sentence(
        "You checked in {ago}\u00a0s\u00a0ago. Please go through.",
        "您在\u00a0{ago}\u00a0秒前已登记进入，请通行。",
    ),
    Direction.OUT: Sentence(
        "You checked out {ago}\u00a0s\u00a0ago. Goodbye.", "您在\u00a0{ago}\u00a0秒前已登记离开，再见。"
    ),
}
_AGAIN_OUT = Sentence("Already checked out", "已登记离开")
_OF_REASON = {Reason.TEMPERATURE_NEEDED: Card.TEMPERATURE, Reason.TAKEN_BACK: Card.TAKEN_BACK}
_OF_OUTCOME = {
    Outcome.ADMITTED: Card.ADMITTED,
    Outcome.REFUSED: Card.REFUSED,
    Outcome.REFERRED: Card.REFERRED,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One card: its word, its sentence, a masked name, and whether it stands for a new entry.

    `outcome`, `reason` and `presence` are what the line on the console says; they name no person. `noted` is
    what the staff gave beside the code, as “36.6 °C · +2”.
    """

    card: Card
    word: Sentence
    sentence: Sentence
    reason: Reason
    outcome: Outcome | None = None
    presence: Presence | None = None
    name: str = ""
    noted: str = ""
    entry_seq: int | None = None


def decided(decision: Decision, entry_seq: int, *, named: bool, noted: str = "") -> Answer:
    """The card of a decision that was committed as entry `entry_seq`; `named` shows the masked name."""
    card = _OF_REASON.get(decision.reason) or _OF_OUTCOME[decision.outcome]
    return Answer(
        card=card,
        word=WORDS[card],
        sentence=decision.sentence,
        reason=decision.reason,
        outcome=decision.outcome,
        presence=decision.presence,
        name=decision.visitor.masked_name if decision.visitor and named else "",
        noted=noted,
        entry_seq=entry_seq,
    )


def not_written(decision: Decision) -> Answer:
    """Red: whatever was decided, it could not be kept, so a person has to take over (design §5.1)."""
    return Answer(
        card=Card.NOT_WRITABLE,
        word=WORDS[Card.NOT_WRITABLE],
        sentence=SENTENCES[Reason.LOG_NOT_WRITABLE],
        reason=Reason.LOG_NOT_WRITABLE,
        outcome=Outcome.REFERRED,
        presence=decision.presence,
    )


def again(first: Answer, direction: Direction, ago_s: int) -> Answer:
    """The same code a moment later: told when it was taken, and no new entry."""
    word = WORDS[Card.AGAIN] if direction is Direction.IN else _AGAIN_OUT
    return Answer(
        card=Card.AGAIN,
        word=word,
        sentence=_AGAIN[direction].filled(ago=ago_s),
        reason=first.reason,
        presence=first.presence,
        name=first.name,
    )


def foreign() -> Answer:
    """A payment code, an address, a Wi-Fi code: told, counted, never kept."""
    return _plain(Card.FOREIGN, Reason.NOT_A_VISITOR_CODE)


def crowd() -> Answer:
    """Two visitor codes at once: asked for one."""
    return _plain(Card.CROWD, Reason.ONE_CODE_AT_A_TIME)


def _plain(card: Card, reason: Reason) -> Answer:
    return Answer(card, WORDS[card], SENTENCES[reason], reason)
