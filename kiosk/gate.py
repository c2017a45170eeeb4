"""The gate's one step: judge, commit, and only then have something to show (design §5.1)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from domain.decision import Decision, Outcome, Presence, judge
from domain.entry import Entry, Way, entry_of, uuid7
from domain.venue import Direction
from kiosk.answer import Answer, again, decided, foreign, not_written
from kiosk.clock import GateClock, Stamp
from kiosk.inside import InsideToday, day_of, midnight_ms
from kiosk.sightings import Event, EventKind, Seen
from kiosk.spool_file import SpoolError
from kiosk.spool_thread import SpoolThread
from kiosk.trust import Rules, Trust

_MOST_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class Post:
    """Which kiosk this is, and which way people pass it."""

    kiosk_id: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class _Given:
    answer: Answer
    boot_ms: int


class Gate:
    """Turns a shown code into an answer. One thread calls `step`."""

    def __init__(
        self, post: Post, trust: Trust, spool: SpoolThread, clock: GateClock, random: Callable[[int], bytes]
    ) -> None:
        self._post = post
        self._trust = trust
        self._spool = spool
        self._clock = clock
        self._random = random
        self._given: OrderedDict[str, _Given] = OrderedDict()
        self._inside = InsideToday()

    def recall(self) -> None:
        """Take up from the spool who is inside and how late it was; SpoolError if it cannot be read."""
        self._clock.not_before_own(self._spool.do(lambda spool: spool.last_judged_ms))
        now_ms, zone = self._clock.now_ms(), self._trust.rules.entrance.time_zone
        since_ms = midnight_ms(now_ms, zone)
        bodies = self._spool.do(lambda spool: spool.bodies_since(since_ms))
        self._inside.recall(bodies, day_of(now_ms, zone))

    def step(self, event: Event) -> Answer:
        """The answer to a code that was shown; a new entry is on the disk before this returns.

        The same code soon again gets its answer again without a new entry, unless the answer changed.
        """
        assert event.seen is not None
        seen = event.seen
        last = self._given.get(seen.key) if event.kind is EventKind.SHOWN_AGAIN else None
        if last and last.answer.outcome is Outcome.ADMITTED:
            ago_s = (self._clock.boot_ms() - last.boot_ms) // 1000
            return again(last.answer, self._post.direction, ago_s)
        stamp, rules = self._clock.stamp(), self._trust.rules
        decision = self._judged(seen, stamp, rules)
        if last and last.answer.reason is decision.reason:
            return replace(last.answer, entry_seq=None)
        answer = self._kept(decision, stamp, rules) if decision.is_entry else foreign()
        self._remember(seen.key, answer)
        return answer

    def _judged(self, seen: Seen, stamp: Stamp, rules: Rules) -> Decision:
        day = day_of(stamp.now_ms, rules.entrance.time_zone)
        facts = rules.facts(lambda visitor: self._inside.is_inside(visitor, day), self._trust.age_ms())
        return judge(
            seen.text,
            rules.entrance,
            rules.policy,
            facts,
            stamp.now_ms,
            Presence.ROTATING,
            self._post.direction,
        )

    def _kept(self, decision: Decision, stamp: Stamp, rules: Rules) -> Answer:
        def seal(seq: int) -> Entry:
            return entry_of(
                decision,
                identity=uuid7(stamp.now_ms, self._random(10)),
                device=self._post.kiosk_id,
                seq=seq,
                venue=rules.entrance.venue_id,
                entrance=rules.entrance.id,
                direction=self._post.direction,
                at_ms=stamp.wall_ms,
                way=Way.KIOSK,
                policy_version=rules.policy.version if rules.seq else 0,
                bundle_seq=rules.seq,
                clock=stamp.clock,
            )

        try:
            entry = self._spool.do(lambda spool: spool.commit(seal, stamp.now_ms))
        except SpoolError:
            return not_written(decision)
        self._clock.not_before_own(stamp.now_ms)
        self._inside.note(entry, day_of(stamp.now_ms, rules.entrance.time_zone))
        return decided(decision, entry.seq, named=not rules.policy.confidential)

    def _remember(self, key: str, answer: Answer) -> None:
        self._given[key] = _Given(answer, self._clock.boot_ms())
        self._given.move_to_end(key)
        if len(self._given) > _MOST_REMEMBERED:
            self._given.popitem(last=False)
