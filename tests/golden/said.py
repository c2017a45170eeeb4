"""What somebody was told, in the shape in which every way of deciding is compared with the golden answer."""

from __future__ import annotations

from dataclasses import dataclass

from domain.decision import Decision, Presence
from tests.golden.cases import Case


@dataclass(frozen=True)
class Said:
    """The decision, its reason, both sentences, what proved the presence, and whether an entry was made."""

    outcome: str
    reason: str
    en: str
    zh: str
    presence: str
    is_entry: bool


def said(decision: Decision, *, is_entry: bool) -> Said:
    """What a decision tells."""
    sentence = decision.sentence
    return Said(decision.outcome, decision.reason, sentence.en, sentence.zh, decision.presence, is_entry)


def wanted(case: Case, presence: Presence, *, is_entry: bool | None = None) -> Said:
    """The golden answer of a case; what proves the presence is the way's own."""
    expected = case.json["expected"]
    return Said(
        expected["outcome"],
        expected["reason"],
        expected["en"],
        expected["zh"],
        presence,
        expected["is_entry"] if is_entry is None else is_entry,
    )
