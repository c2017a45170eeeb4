"""Judges and keeps: each decision of this gate, by a code or its staff, is on the disk before it is told."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.decision import Decision, Facts, Presence, Vehicle, VisitorFacts, judge
from domain.entry import Entry, Way, entry_of, uuid7
from domain.venue import Direction
from domain.visitor import masked_tail
from kiosk.answer import Answer, decided, not_written
from kiosk.clock import GateClock, Stamp
from kiosk.facts.file import FactsError
from kiosk.inside import Arrival
from kiosk.sealing import Sealing
from kiosk.spool_file import SpoolError
from kiosk.spool_thread import SpoolThread
from kiosk.tags import KEY_BYTES, Tags
from kiosk.today import Today, day_of, midnight_ms
from kiosk.trust import Rules, Trust, without_visitors

BY_CODE = "code"
"""Stands for the phone of a driver who showed a code: it was given when they registered."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What staff know of a passage beside the code. `occupants` are the phones of the others, "" unknown."""

    temperature_tenths: int | None = None
    companions: int = 0
    name: str = ""
    phone: str = ""
    plate: str = ""
    occupants: tuple[str, ...] = ()
    in_vehicle: bool = False

    @property
    def vehicle(self) -> Vehicle | None:
        """The vehicle as the rules look at it."""
        if not self.in_vehicle:
            return None
        phones = (self.phone if self.name else BY_CODE, *self.occupants)
        return Vehicle(self.plate, 1 + len(self.occupants), phones)

    @property
    def shown(self) -> str:
        """The particulars in one line that names nobody."""
        degrees = "" if self.temperature_tenths is None else f"{self.temperature_tenths / 10:.1f} °C"
        plate = masked_tail(self.plate) if self.plate else ""
        others = self.companions + len(self.occupants)
        return " · ".join(part for part in (degrees, plate, f"+{others}" if others else "") if part)

    def joined(self, other: Particulars) -> Particulars:
        """These with whatever `other` adds."""
        return Particulars(
            self.temperature_tenths if other.temperature_tenths is None else other.temperature_tenths,
            other.companions or self.companions,
            other.name or self.name,
            other.phone or self.phone,
            other.plate or self.plate,
            other.occupants or self.occupants,
            other.in_vehicle or self.in_vehicle,
        )


NOTHING = Particulars()


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
    ) -> None:
        """`tags` are those of this machine's run; without them a restart knows nobody again."""
        tags = tags or Tags(random(KEY_BYTES))
        self._kiosk_id = kiosk_id
        self._trust = trust
        self._spool = spool
        self._clock = clock
        self._random = random
        self._venue_id = self.rules.entrance.venue_id
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

    def hear(self, venue_id: str, arrivals: Sequence[Arrival]) -> bool:
        """Count what passed at the venue's other gates; False when this kiosk stands at another venue."""
        with self.turn:
            here = self.rules.entrance
            if venue_id != here.venue_id:
                return False
            self._follow_venue()
            now_ms = self._clock.now_ms()
            self.today.hear(arrivals, day_of(now_ms, here.time_zone), midnight_ms(now_ms, here.time_zone))
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
        """The decision about a text or a visitor now, with what the staff gave."""
        stamp, rules = self._clock.stamp(), self.rules
        day = day_of(stamp.now_ms, rules.entrance.time_zone)
        facts = replace(
            rules.facts(lambda visitor: self.today.is_inside(visitor, day), self._trust.age_ms()),
            people_inside=self.today.people(day).inside if rules.policy.capacity is not None else None,
            temperature_tenths=particulars.temperature_tenths,
            vehicle=particulars.vehicle,
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
                entry = self._spool.do(
                    lambda spool: spool.commit(make, stamp.now_ms, lambda made: self.sealing.body(made, day))
                )
            except SpoolError:
                return not_written(decision), None
            self._clock.not_before_own(stamp.now_ms)
            self._count(entry, day)
        named = not rules.policy.confidential
        return decided(decision, entry.seq, named=named, noted=particulars.shown), entry

    def _follow_venue(self) -> None:
        """Whoever is inside one venue is not inside the next: after a move the day is counted anew."""
        if self.rules.entrance.venue_id != self._venue_id:
            self.today.forget()
            self._venue_id = self.rules.entrance.venue_id
            with contextlib.suppress(SpoolError):  # counted again with the next entry or start
                self._recount()

    def _count(self, entry: Entry, day: date) -> None:
        self._follow_venue()
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
        bodies = self._spool.do(lambda spool: spool.bodies_since(since_ms))
        self.today.recall(bodies, self._venue_id, day_of(now_ms, zone))
