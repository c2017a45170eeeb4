"""Judges and keeps: each decision of this gate, by a code or its staff, is on the disk before it is told."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.decision import Decision, Facts, Presence, VisitorFacts, judge
from domain.entry import Entry, Way, entry_of, uuid7
from domain.outcome import Outcome
from domain.policy import Policy, Treatment
from domain.reason import Reason
from domain.venue import Direction
from kiosk.facts.file import FactsError
from kiosk.facts.trust import Rules, Trust, without_visitors
from kiosk.gate.answer import Answer, decided, not_written
from kiosk.gate.particulars import NOTHING, Particulars
from kiosk.host.clock import GateClock, Stamp
from kiosk.occupancy.heard import Heard
from kiosk.occupancy.inside import Arrival
from kiosk.occupancy.today import Today, day_of, midnight_ms
from kiosk.privacy.sealing import Sealing
from kiosk.privacy.tags import KEY_BYTES, Tags
from kiosk.spool.file import SpoolError
from kiosk.spool.spool import Spool
from kiosk.spool.thread import SpoolThread

_BY_OTHERS = (Reason.VENUE_FULL, Reason.ALREADY_INSIDE)
# So many may come in elsewhere in so long: people, or one part in so many of the capacity.
_CLOSE_PEOPLE = 10
_CLOSE_SHARE = 10
_CLOSE_MS = 5_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision with the moment and the rules it was taken by."""

    decision: Decision
    stamp: Stamp
    rules: Rules


class Register:
    """Used by the gate's loop and by its staff; hold `turn` over a step that must not be interrupted."""

    def __init__(
        self,
        kiosk_id: str,
        direction: Direction,
        trust: Trust,
        spool: SpoolThread,
        clock: GateClock,
        random: Callable[[int], bytes],
        tags: Tags | None = None,
        heard: Heard | None = None,
    ) -> None:
        """`tags` are those of this machine's run; without them a restart knows nobody again.

        `heard` keeps what other gates told. `look` asks them once more, before they could be overtaken.
        """
        self.look: Callable[[], bool] = lambda: False
        self._heard, self._heard_ms = heard, 0
        tags = tags or Tags(random(KEY_BYTES))
        self._kiosk_id = kiosk_id
        self._trust = trust
        self._spool = spool
        self._clock = clock
        self._random = random
        self._venue_id = self.rules.entrance.venue_id
        self._counted: tuple[str, date] | None = None
        self.direction = direction
        self.turn = threading.RLock()
        self.sealing = Sealing(lambda: self.rules.sealing, tags, random)
        self.today = Today(tags)

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        return self._trust.rules

    @property
    def keeps_people(self) -> bool:
        """Whether people can be written down here: sealed for the server, which gave its key for that."""
        return self.rules.sealing is not None

    def recall(self) -> None:
        """Take up from the spool who is inside and how late it was; SpoolError if it cannot be read."""
        self._clock.not_before_own(self._spool.do(lambda spool: spool.last_judged_ms))
        self._recount()
        if self._heard is not None:
            here, now_ms = self.rules.entrance, self._clock.now_ms()
            day = day_of(now_ms, here.time_zone)
            told = self._heard.told(here.venue_id, day)
            self.today.hear_again(told, day, midnight_ms(now_ms, here.time_zone))

    def hear(self, venue_id: str, arrivals: Sequence[Arrival]) -> bool:
        """Count what passed at the venue's other gates; False when this kiosk stands at another venue."""
        with self.turn:
            here = self.rules.entrance
            if venue_id != here.venue_id:
                return False
            self._follow()
            now_ms = self._clock.now_ms()
            day = day_of(now_ms, here.time_zone)
            told = self.today.hear(arrivals, day, midnight_ms(now_ms, here.time_zone))
            self._heard_ms = self.boot_ms()
            if self._heard is not None and told:
                self._heard.keep(venue_id, day, told)
            return True

    def day(self) -> date:
        """The date at the venue."""
        return day_of(self._clock.now_ms(), self.rules.entrance.time_zone)

    def now_ms(self) -> int:
        """The time of this gate, Unix milliseconds."""
        return self._clock.now_ms()

    def boot_ms(self) -> int:
        """Milliseconds since the machine started; only for spans of time."""
        return self._clock.boot_ms()

    def judged(
        self, shown: str | VisitorFacts, presence: Presence, particulars: Particulars = NOTHING
    ) -> Judged:
        """The decision about a text or a visitor now, with what the staff gave.

        Where what another gate did a moment ago may change it, that is asked about first.
        """
        with self.turn:
            self._follow()
        judged = self._judged(shown, presence, particulars)
        decision = judged.decision
        is_about_others = decision.outcome is Outcome.ADMITTED or decision.reason in _BY_OTHERS
        if is_about_others and self._is_close(judged.rules.policy, particulars) and self.look():
            return self._judged(shown, presence, particulars)
        return judged

    def _is_close(self, policy: Policy, coming: Particulars) -> bool:
        """Whether a passage elsewhere since the last heartbeat could turn a decision."""
        if self.direction is not Direction.IN:
            return False
        day, capacity = self.day(), policy.capacity
        if capacity is not None:
            room = capacity - self.today.people(day).inside - coming.others
            times = max(1, (self.boot_ms() - self._heard_ms) // _CLOSE_MS)
            if room <= times * max(_CLOSE_PEOPLE, capacity // _CLOSE_SHARE):
                return True
        return policy.reentry is not Treatment.ADMIT and self.today.has_others(day)

    def _judged(self, shown: str | VisitorFacts, presence: Presence, particulars: Particulars) -> Judged:
        stamp, rules = self._clock.stamp(), self.rules
        day = day_of(stamp.now_ms, rules.entrance.time_zone)
        facts = replace(
            rules.facts(lambda visitor: self.today.is_inside(visitor, day), self._trust.age_ms()),
            people_inside=self.today.people(day).inside if rules.policy.capacity is not None else None,
            temperature_tenths=particulars.temperature_tenths,
            vehicle=particulars.vehicle,
            companions=particulars.companions,
        )

        def decision(known: Facts) -> Decision:
            return judge(shown, rules.entrance, rules.policy, known, stamp.now_ms, presence, self.direction)

        try:
            return Judged(decision(facts), stamp, rules)
        except FactsError:
            return Judged(decision(without_visitors(facts)), stamp, rules)

    def stated(self, decision: Decision) -> Judged:
        """A decision that a person took, at this moment."""
        return Judged(decision, self._clock.stamp(), self.rules)

    def kept(
        self,
        judged: Judged,
        particulars: Particulars = NOTHING,
        way: Way = Way.KIOSK,
        corrects: str = "",
    ) -> tuple[Answer, Entry | None]:
        """Commit a decision as an entry; the card to show for it, and red without an entry if it failed."""
        decision, stamp, rules = judged.decision, judged.stamp, judged.rules

        def make(seq: int) -> Entry:
            return entry_of(
                decision,
                identity=uuid7(stamp.now_ms, self._random(10)),
                device=self._kiosk_id,
                seq=seq,
                venue=rules.entrance.venue_id,
                entrance=rules.entrance.id,
                direction=self.direction,
                at_ms=stamp.wall_ms,
                way=way,
                policy_version=rules.policy.version if rules.seq else 0,
                bundle_seq=rules.seq,
                clock=stamp.clock,
                temperature_tenths=particulars.temperature_tenths,
                plate=particulars.plate,
                companions=particulars.companions,
                name=particulars.name,
                phone=particulars.phone,
                occupants=particulars.occupants,
                corrects=corrects,
                confidential=rules.policy.confidential,
            )

        day = day_of(stamp.now_ms, rules.entrance.time_zone)
        with self.turn:
            try:
                entry = self._spool.do_or_undo(
                    lambda spool: spool.commit(make, stamp.now_ms, lambda made: self.sealing.body(made, day)),
                    self._taken_back_late,
                )
            except SpoolError:
                return not_written(decision), None
            self._clock.not_before_own(stamp.now_ms)
            self._count(entry, day)
        named = not rules.policy.confidential
        return decided(decision, entry.seq, named=named, noted=particulars.shown), entry

    def _taken_back_late(self, spool: Spool, made: Entry) -> None:
        """An entry came onto the disk when the screen had said that nothing is: the log says so as well."""
        if made.corrects:
            return  # what staff did to another entry stands: that one would count again
        stamp = self._clock.stamp()

        def make(seq: int) -> Entry:
            return replace(
                made,
                id=uuid7(stamp.now_ms, self._random(10)),
                seq=seq,
                outcome=Outcome.REFERRED,
                reason=Reason.LOG_NOT_WRITABLE,
                at_ms=stamp.wall_ms,
                clock=stamp.clock,
                private=replace(made.private, details={}),
                corrects=made.id,
            )

        day = day_of(stamp.now_ms, self.rules.entrance.time_zone)
        spool.commit(make, stamp.now_ms, lambda entry: self.sealing.body(entry, day))

    def _follow(self) -> bool:
        """Count anew after a move, for whoever is inside one venue is not inside the next, and on another
        day, also one that came of a clock that was put right; whether that was due.
        """
        here = self.rules.entrance.venue_id
        if (here, self.day()) == self._counted:
            return False
        if here != self._venue_id:
            self.today.forget()
            self._venue_id = here
        with contextlib.suppress(SpoolError):  # counted again with the next correction or start
            self._recount()
        return True

    def _count(self, entry: Entry, day: date) -> None:
        if self._follow():
            return  # with all that is on the disk
        if not entry.corrects:
            self.today.note(entry, day)
            return
        try:
            self._recount()
        except SpoolError:
            # The entry is on the disk; the count is right again after the next correction or start.
            return

    def _recount(self) -> None:
        now_ms, zone = self._clock.now_ms(), self.rules.entrance.time_zone
        since_ms = midnight_ms(now_ms, zone)
        self._counted = self._venue_id, day_of(now_ms, zone)
        bodies = self._spool.do(lambda spool: spool.bodies_since(since_ms))
        self.today.recall(bodies, self._venue_id, day_of(now_ms, zone))
