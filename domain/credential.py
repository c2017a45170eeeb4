"""Credentials: dated facts about a visitor, such as a test, an induction or a permit."""

from __future__ import annotations

from dataclasses import dataclass

from domain.wording import Sentence

# The kinds people ask for most, with their names; a policy may ask for any other by its own words.
KINDS: dict[str, Sentence] = {
    "test": Sentence("Test result", "检测阴性证明"),
    "vaccination": Sentence("Vaccination", "疫苗接种"),
    "booster": Sentence("Booster vaccination", "加强针接种"),
    "induction": Sentence("Safety induction", "入场安全培训"),
    "permit": Sentence("Entry permit", "通行许可"),
    "travel_proof": Sentence("Proof of where you came from", "来源地证明"),
    "identity": Sentence("Identity checked", "身份核验"),
    "health": Sentence("Health certificate", "健康证明"),
    "certificate": Sentence("Trade certificate", "上岗资格证"),
    "insurance": Sentence("Insurance", "保险"),
    "appointment": Sentence("Appointment", "预约"),
}
# Comes from an announced visit and from nowhere else: nobody enters or declares one.
APPOINTMENT = "appointment"


@dataclass(frozen=True, slots=True)
class Credential:
    """A dated fact about a visitor.

    `since_ms` None means that nobody knows when it began (a test without its sample time); `until_ms` None
    that it does not end. `verified`: staff or an import vouch for it; False where only the visitor says so.
    `venues` are those it counts at, by id; none means everywhere.
    """

    kind: str
    since_ms: int | None
    until_ms: int | None = None
    verified: bool = True
    venues: frozenset[str] = frozenset()

    def counts_at(self, venue_id: str) -> bool:
        """Whether it is good for anything at a venue."""
        return not self.venues or venue_id in self.venues


def kind_named(kind: str) -> Sentence:
    """What a kind of credential is called; one without a name of its own is called as it was written."""
    return KINDS.get(kind, Sentence(kind, kind))
