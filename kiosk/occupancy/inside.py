"""Who is inside the venue today: this gate's passages and those the server tells of, each counted once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.venue import Direction


@dataclass(frozen=True, slots=True)
class Passage:
    """Somebody who passed, at `at_ms` by the server's clock, with whoever came along.

    `whose` is equal for each passage of one person, "" for a stranger whom nothing tells from others.
    """

    id: str
    whose: str
    direction: Direction
    at_ms: int
    people: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """What reached the server: a passage, one that takes another entry back, or both."""

    passage: Passage | None
    corrects: str = ""


class Inside:
    """The passages of one day. The same entry again is the same passage, from wherever it is heard.

    The order in which passages are told does not matter: the last by its time says whether a person is
    inside. Of strangers, as many are inside as came in and did not go out.
    """

    def __init__(self) -> None:
        self._of: dict[str, Passage] = {}
        self._whose: dict[str, dict[str, Passage]] = {}
        self._undone: set[str] = set()
        self._known = self._strange = 0

    def add(self, passage: Passage) -> None:
        """Count a passage of this gate, unless the server told of it or it was taken back."""
        if passage.id not in self._of and passage.id not in self._undone:
            self._of[passage.id] = passage
            self._count(passage, 1)

    def take_back(self, entry_id: str) -> None:
        """An entry counts no more, also if it is heard of only later."""
        self._undone.add(entry_id)
        self._forget(entry_id)

    def hear(self, arrivals: Iterable[Arrival], since_ms: int) -> None:
        """Count what the server told, as far as it happened from `since_ms` on."""
        for arrival in arrivals:
            if arrival.corrects:
                self.take_back(arrival.corrects)
            passage = arrival.passage
            if passage is not None and passage.at_ms >= since_ms:
                before = self._forget(passage.id)
                # The server may know whose code it was; a gate knows a stranger's phone.
                self.add(replace(passage, whose=passage.whose or (before.whose if before else "")))

    def holds(self, whose: str) -> bool:
        """Whether this person is inside."""
        return self._inside_of(whose) > 0

    @property
    def people(self) -> int:
        """How many people are inside, companions too."""
        return self._known + max(0, self._strange)

    def _forget(self, entry_id: str) -> Passage | None:
        passage = self._of.pop(entry_id, None)
        if passage is not None:
            self._count(passage, -1)
        return passage

    def _count(self, passage: Passage, sign: int) -> None:
        if not passage.whose:
            entered = passage.direction is Direction.IN
            self._strange += sign * (passage.people if entered else -passage.people)
            return
        self._known -= self._inside_of(passage.whose)
        theirs = self._whose.setdefault(passage.whose, {})
        if sign > 0:
            theirs[passage.id] = passage
        else:
            del theirs[passage.id]
        self._known += self._inside_of(passage.whose)

    def _inside_of(self, whose: str) -> int:
        theirs = self._whose.get(whose)
        if not theirs:
            return 0
        last = max(theirs.values(), key=lambda passage: (passage.at_ms, passage.id))
        return last.people if last.direction is Direction.IN else 0
