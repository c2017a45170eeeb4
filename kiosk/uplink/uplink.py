"""The thread that talks to the server: heartbeats, rules, visitors and entries, each in its own time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.errors import CodePlaceError
from kiosk.facts.trust import Trust
from kiosk.host.clock import GateClock
from kiosk.uplink.backoff import Backoff
from kiosk.uplink.credentials import Credentials
from kiosk.uplink.delivery import Delivery
from kiosk.uplink.heartbeat import BEAT_EVERY_S as BEAT_EVERY_S
from kiosk.uplink.heartbeat import Vitals
from kiosk.uplink.neighbours import Neighbours
from kiosk.uplink.portal import Failure, Portal, Trouble
from kiosk.uplink.pulling import Pulling

_UPKEEP_EVERY_S = 60.0
# Gates that were started together drift apart.
_JITTER = 0.1
_LONGEST_SLEEP_S = 5.0


class LinkState(StrEnum):
    """How it stands between this kiosk and its server."""

    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class Link:
    """The state, since when (Unix milliseconds), and whether rules or visitors were refused as forged."""

    state: LinkState
    since_ms: int
    bundle_refused: bool = False


class Uplink:
    """Keeps a kiosk in step with its server. `step` is the whole behaviour; `run` repeats it."""

    def __init__(
        self,
        portal: Portal,
        delivery: Delivery,
        trust: Trust,
        clock: GateClock,
        vitals: Callable[[], Vitals],
        random: Callable[[], float],
        changed: Callable[[], None],
        upkeep: Callable[[], None],
        neighbours: Neighbours | None = None,
        credentials: Credentials | None = None,
    ) -> None:
        """`changed` is told whenever the link or the entries moved, `upkeep` is due each minute online.

        `neighbours` are asked what passed elsewhere in the venue, when a heartbeat says that something did.
        """
        self._portal = portal
        self._delivery = delivery
        self._trust = trust
        self._clock = clock
        self._vitals = vitals
        self._random = random
        self._beat_backoff = Backoff(random)
        self._pulling = Pulling(portal, trust, self._seconds, random)
        self._changed = changed
        self._upkeep = upkeep
        self._neighbours = neighbours
        self._credentials = credentials
        self._every_s = BEAT_EVERY_S
        self._follow_due = False
        self._follow_from_s = 0.0
        self._upkeep_due_s = 0.0
        self._beat_due_s = 0.0
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self.link = Link(LinkState.CONNECTING, clock.now_ms())

    def wake(self) -> None:
        """A new entry waits: send it at once if the server can be reached."""
        self._woken.set()

    def stop(self) -> None:
        """Let `run` return after the request it is in."""
        self._stopping.set()
        self._woken.set()

    def run(self, failed: Callable[[Exception], None]) -> None:
        """Step until stopped; an unforeseen error is reported to `failed` and does not end the thread."""
        while not self._stopping.is_set():
            try:
                pause_s = self.step()
            except CodePlaceError:  # the spool does not answer: the gate says so already
                pause_s = BEAT_EVERY_S
            except Exception as error:
                failed(error)
                pause_s = BEAT_EVERY_S
            if self._woken.wait(pause_s):
                self._woken.clear()
                self._delivery.look()

    def step(self) -> float:
        """Do what is due; seconds until something is due again."""
        if self._seconds() >= self._beat_due_s:
            self._beat()
        if self.link.state is LinkState.ONLINE:
            if self._seconds() >= self._pulling.due_s:
                self._pull()
            if self._seconds() >= self._delivery.due_s:
                self._deliver()
            self._follow()
            if self._seconds() >= self._upkeep_due_s:
                self._upkeep_due_s = self._seconds() + _UPKEEP_EVERY_S
                self._upkeep()
        return self._idle_s()

    def _beat(self) -> None:
        sent_ms = self._clock.boot_ms()
        place = self._trust.known.place
        beat = self._portal.heartbeat(self._vitals(), self._delivery.settled_seq(), place)
        if isinstance(beat, Failure):
            self._lost(beat)
            return
        self._clock.measured(beat.now_ms, sent_ms, self._clock.boot_ms())
        self._beat_backoff.succeeded()
        self._every_s = beat.next_s
        self._beat_due_s = self._seconds() + beat.next_s * (1 - _JITTER + _JITTER * self._random())
        if self.link.state is not LinkState.ONLINE:
            self._delivery.hurry()
        self._turn(LinkState.ONLINE)
        self._pulling.heard(beat)
        self._delivery.lost_there(beat.missing)
        self._follow_due = self._neighbours is not None and self._neighbours.lacks(beat.venue)
        if self._credentials is not None:
            self._credentials.worked(beat.rotate)
            self._credentials.stands_at(self._trust.rules.entrance)

    def _pull(self) -> None:
        self._pulling.step()
        self._show(replace(self.link, bundle_refused=self._pulling.was_refused))
        self._changed()

    def _follow(self) -> None:
        """Ask what passed elsewhere, if a heartbeat said that something did and no pause was asked for."""
        now_s = self._seconds()
        if self._neighbours is None or not self._follow_due or now_s < self._follow_from_s:
            return
        self._follow_due = self._neighbours.follow()
        self._follow_from_s = now_s + self._neighbours.pause_s

    def _deliver(self) -> None:
        failure = self._delivery.step()
        if failure is not None and failure.trouble in (Trouble.UNREACHABLE, Trouble.CREDENTIAL):
            self._lost(failure)
        self._changed()

    def _lost(self, failure: Failure) -> None:
        self._beat_due_s = self._seconds() + self._beat_backoff.failed(failure.pause_s)
        allowed = failure.trouble is not Trouble.CREDENTIAL
        if not allowed and self._credentials is not None:
            self._credentials.refused()
        self._turn(LinkState.OFFLINE if allowed else LinkState.NOT_ALLOWED)

    def _turn(self, state: LinkState) -> None:
        since_ms = self.link.since_ms if state is self.link.state else self._clock.now_ms()
        self._show(Link(state, since_ms, self.link.bundle_refused))

    def _show(self, link: Link) -> None:
        if link != self.link:
            self.link = link
            self._changed()

    def _idle_s(self) -> float:
        due = [self._beat_due_s]
        if self.link.state is LinkState.ONLINE:
            if self._follow_due:
                due.append(self._follow_from_s)
            due.append(self._delivery.due_s)
            due.append(self._pulling.due_s)
        return min(_LONGEST_SLEEP_S, max(0.0, min(due) - self._seconds()))

    def _seconds(self) -> float:
        return self._clock.boot_ms() / 1000
