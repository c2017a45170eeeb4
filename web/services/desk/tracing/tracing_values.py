"""What a trace asks and what it answers, as values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.contact import Met, Stay
from web.store.desk.meetings import Near

DAYS_MOST, MINUTES_MOST = 60, 240
# More people than this leave the preview only when somebody else agrees.
BREAKER = 200
# The second step follows those who were close, or together for this long; and not more than so many.
SECOND_FROM_MS = 30 * 60_000
SECOND_MOST = 200


@dataclass(frozen=True, slots=True)
class Question:
    """Whom a trace is about, how far it reaches, what was noted; `until_ms` is the last moment looked at."""

    visitor_ids: tuple[str, ...]
    days: int
    minutes: int
    until_ms: int
    second: bool
    note: str = ""

    @property
    def since_ms(self) -> int:
        """The first moment looked at."""
        return self.until_ms - self.days * 86_400_000

    @property
    def near(self) -> Near:
        """How far around a stay is looked."""
        return Near(self.minutes * 60_000, self.until_ms)

    def text(self) -> bytes:
        """As it is sealed; `question_from` reads it back."""
        return json.dumps(
            {
                "visitors": self.visitor_ids, "days": self.days, "minutes": self.minutes,
                "until_ms": self.until_ms, "second": self.second, "note": self.note,
            }
        ).encode()  # fmt: skip


def question_from(text: bytes) -> Question:
    """The question that `text` made."""
    told = json.loads(text)
    reach = (told["days"], told["minutes"], told["until_ms"], told["second"])
    # Older ones have no note.
    return Question(tuple(told["visitors"]), *reach, told.get("note", ""))


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: the stays it starts from, who met them, and who met those; people and not registrations.

    A visitor id in it stands for the person: two registrations with one phone are one. What single meetings
    were is read by `contact_finding.meetings`, of those who are shown.
    """

    near: Near
    cases: tuple[Stay, ...] = ()
    contacts: tuple[Met, ...] = ()
    # Where somebody was met.
    venues: frozenset[str] = frozenset()
    second: tuple[Met, ...] = ()
    # What the second step starts from; `is_cut`: it followed only the closest.
    onward: tuple[Stay, ...] = ()
    followed: int = 0
    is_cut: bool = False
    # Registrations of people who are called by another of theirs.
    same: Mapping[str, str] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """How many people the result names."""
        return len(self.contacts) + len(self.second)

    def figures(self) -> dict[str, int]:
        """How many of what, which names nobody."""
        return {
            "stays": len(self.cases),
            "venues": len(self.venues),
            "contacts": len(self.contacts),
            "close": sum(contact.is_close for contact in self.contacts),
            "assumed": sum(contact.is_assumed for contact in self.contacts),
            "second": len(self.second),
            "followed": self.followed,
        }
