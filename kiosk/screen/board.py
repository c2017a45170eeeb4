"""What the screen shows now: one JSON value, whole each time, so that a page may come at any moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from domain.venue import Direction
from domain.wording import Sentence
from kiosk.camera.camera import CameraStatus
from kiosk.facts.trust import Rules
from kiosk.gate.answer import Answer, Card
from kiosk.hint.hinting import SENTENCES as HINT_SENTENCES
from kiosk.hint.hinting import Hint
from kiosk.host.clock import GateClock
from kiosk.screen.wording import LINK_WORDS, camera_json, idle, own_notices, pair, trouble
from kiosk.spool.values import Counts
from kiosk.uplink.uplink import Link

SHOWN_MS = 3_500
_HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Parts:
    """Where the state comes from; each is quick and never waits."""

    link: Callable[[], Link]
    counts: Callable[[], Counts]
    camera: Callable[[], CameraStatus]
    rules: Callable[[], Rules]
    rules_age_ms: Callable[[], int]
    has_gap: Callable[[], bool]
    notices: Callable[[], tuple[Sentence, ...]]
    direction: Callable[[], Direction]
    kiosk_id: str = ""
    testing: Callable[[], bool] = lambda: False
    log_is_refused: Callable[[], bool] = lambda: False


class Board:
    """Holds the card on show and tells viewers when to look again; safe to use from several threads."""

    def __init__(self, parts: Parts, clock: GateClock) -> None:
        self._parts = parts
        self._clock = clock
        self._moved = threading.Condition()
        self._version = 0
        self._answer: Answer | None = None
        self._answered_ms = 0
        self._answers = 0
        self._hint: Hint | None = None
        self.writable = True
        self.foreign = 0

    def show(self, answer: Answer) -> None:
        """Put up a card. A foreign code is counted, and waits behind a card that is still being read."""
        with self._moved:
            self.foreign += answer.card is Card.FOREIGN
            if answer.card is Card.FOREIGN and self._current() is not None:
                return
            self._answer, self._answered_ms = answer, self._clock.boot_ms()
            self._answers += 1
            if answer.entry_seq is not None:
                self.writable = True
            elif answer.card is Card.NOT_WRITABLE:
                self.writable = False
            self._move()

    def give(self, hint: Hint | None) -> None:
        """Put up a hint for whoever holds an unread code to the camera, or take it down."""
        with self._moved:
            if hint is not self._hint:
                self._hint = hint
                self._move()

    def set_writable(self, writable: bool) -> None:
        """Whether the spool takes entries now."""
        with self._moved:
            if writable is not self.writable:
                self.writable = writable
                self._move()

    def touch(self) -> None:
        """Something the state is made of has changed."""
        with self._moved:
            self._move()

    def wait(self, version: int, timeout_s: float) -> int:
        """The version of the state, as soon as it is not `version` any more or the time is over."""
        with self._moved:
            self._moved.wait_for(lambda: self._version != version, timeout_s)
            return self._version

    def state(self) -> dict[str, object]:
        """Everything a page needs; times in Unix milliseconds, ages in milliseconds."""
        parts = self._parts
        rules, link, counts = parts.rules(), parts.link(), parts.counts()
        camera, age_ms = parts.camera(), parts.rules_age_ms()
        offset_ms = self._clock.stamp().clock.offset_ms
        notices = parts.notices() + own_notices(link, counts, parts.has_gap())
        with self._moved:
            answer = self._answer_json()
            version, writable, foreign = self._version, self.writable, self.foreign
            hint = self._hint
        return {
            "version": version,
            "kiosk_id": parts.kiosk_id,
            "clock_offset_ms": None if offset_ms is None else -offset_ms,
            "now_ms": self._clock.now_ms(),
            "time_zone": rules.entrance.time_zone,
            "venue": rules.entrance.venue_name,
            "entrance": rules.entrance.name,
            "direction": parts.direction().value,
            "answer": answer,
            "hint": {"kind": hint.value, **pair(HINT_SENTENCES[hint])} if hint else None,
            "testing": parts.testing(),
            "speaks": rules.settings.speaks,
            "idle": idle(rules.settings),
            "has_pin": bool(rules.settings.pin),
            "link": {"state": link.state.value, "since_ms": link.since_ms, **pair(LINK_WORDS[link.state])},
            "waiting": counts.waiting,
            "quarantined": counts.quarantined,
            "log_refused": parts.log_is_refused(),
            "rules": {
                "seq": rules.seq,
                "age_ms": age_ms if rules.seq else None,
                "old": age_ms > rules.policy.bundle_limit_hours * _HOUR_MS,
            },
            "camera": camera_json(camera),
            "writable": writable,
            "trouble": trouble(camera, writable),
            "foreign": foreign,
            "notices": [pair(notice) for notice in notices],
        }

    def _move(self) -> None:
        self._version += 1
        self._moved.notify_all()

    def _current(self) -> Answer | None:
        fresh = self._clock.boot_ms() - self._answered_ms < SHOWN_MS
        return self._answer if fresh else None

    def _answer_json(self) -> dict[str, object] | None:
        answer = self._current()
        if answer is None:
            return None
        return {
            "number": self._answers,
            "card": answer.card.value,
            "reason": answer.reason.value,
            "outcome": answer.outcome.value if answer.outcome else None,
            "presence": answer.presence.value if answer.presence else None,
            "word": pair(answer.word),
            "sentence": pair(answer.sentence),
            "name": answer.name,
            "noted": answer.noted,
            "left_ms": SHOWN_MS - (self._clock.boot_ms() - self._answered_ms),
        }
