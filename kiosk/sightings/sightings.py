"""What was seen, turned into what happened: one showing of a code is one event, however long it is held.

A code leaves the view when it was not read for a while; a lost frame, a moved hand or a second code in
between (A-B-A) does not make a new showing. Codes are told apart by a key, not by their text: a phone
renews its text every half minute while the code behind it stays the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class SeenKind(StrEnum):
    """What a text turned out to be before any rule was asked."""

    GENUINE = "genuine"
    DOUBTFUL = "doubtful"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Seen:
    """A text in a frame, its key (equal for every text of one code) and its kind."""

    key: str
    text: str
    kind: SeenKind


class EventKind(StrEnum):
    """What the kiosk should do now."""

    SHOWN = "shown"
    SHOWN_AGAIN = "shown_again"
    FOREIGN = "foreign"
    CROWD = "crowd"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in view of the camera; a crowd names no code."""

    kind: EventKind
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long things last, in seconds, and how many codes are remembered."""

    gone_after_s: float = 1.0
    again_within_s: float = 30.0
    foreign_again_after_s: float = 5.0
    most_remembered: int = 512


class Sightings:
    """The state between frames. Times are seconds of one monotonic clock."""

    def __init__(self, patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        self._last_seen: OrderedDict[str, float] = OrderedDict()
        self._last_crowd: float | None = None

    def step(self, seen: Sequence[Seen], now_s: float) -> tuple[Event, ...]:
        """The events of one frame, given what was read in it; an empty frame lets time pass."""
        self._forget(now_s)
        codes = {one.key: one for one in seen if one.kind is not SeenKind.FOREIGN}
        contenders = [one for one in codes.values() if self._contends(one, now_s)]
        if len(contenders) > 1:
            return self._crowd(codes, now_s)
        events = [event for one in codes.values() if (event := self._showing(one, now_s))]
        foreign = [one for one in seen if one.kind is SeenKind.FOREIGN]
        told = [event for one in foreign if (event := self._foreign(one, now_s))]
        # Beside a visitor code a foreign one (the poster on the wall) is not what the person shows.
        return tuple(events) if codes else tuple(told[:1])

    def in_view(self, key: str, now_s: float) -> bool:
        """Whether this code counts as still being shown."""
        last = self._last_seen.get(key)
        return last is not None and now_s - last <= self._patience.gone_after_s

    def _contends(self, one: Seen, now_s: float) -> bool:
        # A doubtful code that was answered and stays (a sticker on the wall) must not block the gate.
        return one.kind is SeenKind.GENUINE or not self.in_view(one.key, now_s)

    def _crowd(self, codes: dict[str, Seen], now_s: float) -> tuple[Event, ...]:
        for key in codes:
            if self.in_view(key, now_s):
                self._touch(key, now_s)
        last, self._last_crowd = self._last_crowd, now_s
        if last is not None and now_s - last <= self._patience.gone_after_s:
            return ()
        return (Event(EventKind.CROWD),)

    def _showing(self, one: Seen, now_s: float) -> Event | None:
        last = self._last_seen.get(one.key)
        self._touch(one.key, now_s)
        if last is None:
            return Event(EventKind.SHOWN, one)
        if now_s - last <= self._patience.gone_after_s:
            return None
        again = now_s - last <= self._patience.again_within_s
        return Event(EventKind.SHOWN_AGAIN if again else EventKind.SHOWN, one)

    def _foreign(self, one: Seen, now_s: float) -> Event | None:
        last = self._last_seen.get(one.key)
        self._touch(one.key, now_s)
        if last is not None and now_s - last <= self._patience.foreign_again_after_s:
            return None
        return Event(EventKind.FOREIGN, one)

    def _touch(self, key: str, now_s: float) -> None:
        self._last_seen[key] = now_s
        self._last_seen.move_to_end(key)

    def _forget(self, now_s: float) -> None:
        oldest_kept_s = now_s - max(self._patience.again_within_s, self._patience.gone_after_s)
        while self._last_seen:
            key, last = next(iter(self._last_seen.items()))
            if last >= oldest_kept_s and len(self._last_seen) <= self._patience.most_remembered:
                return
            del self._last_seen[key]
