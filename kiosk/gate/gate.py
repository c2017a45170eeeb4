"""The gate's one step: judge, commit, and only then have something to show (design §5.1)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from domain.decision import Decision, Outcome, Presence
from domain.entry import Entry, Way
from domain.reason import Reason
from domain.venue import Direction
from kiosk.gate.answer import Answer, again, foreign
from kiosk.gate.particulars import NOTHING, Particulars
from kiosk.gate.register import Judged, Register
from kiosk.sightings.sightings import Event, EventKind

_MOST_REMEMBERED = 512
# People stay at the gate about as long; later, what was noted or measured would be somebody else's.
AWAITED_MS = 180_000
EXPECTED_MS = 60_000
MEASURED_BEFORE_MS = 10_000
_FEVERISH = (Reason.TEMPERATURE_NEEDED, Reason.TEMPERATURE_HIGH)


@dataclass(frozen=True, slots=True)
class Passage:
    """The last thing decided about somebody, so that the staff can go on from it.

    `key` and `text` are those of their code, "" when they showed none.
    """

    key: str
    text: str
    decision: Decision
    particulars: Particulars
    way: Way
    entry: Entry
    boot_ms: int

    @property
    def who(self) -> str:
        """Equal for each passage of one person."""
        return self.key or self.entry.private.visitor_id or self.entry.private.phone


@dataclass(frozen=True, slots=True)
class _Given:
    answer: Answer
    boot_ms: int


@dataclass(frozen=True, slots=True)
class _Expected:
    """What was noted for the next visitor; a temperature holds for as long as its own thermometer says."""

    particulars: Particulars = NOTHING
    until_ms: int = 0
    measured_until_ms: int = 0

    def at(self, boot_ms: int) -> Particulars:
        noted = self.particulars if boot_ms < self.until_ms else NOTHING
        measured = self.particulars.temperature_tenths if boot_ms < self.measured_until_ms else None
        return replace(noted, temperature_tenths=measured)


class Gate:
    """Turns a shown code into an answer, and knows who stands before it. Any thread may use it."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._given: OrderedDict[str, _Given] = OrderedDict()
        self._expected = _Expected()
        self._last: Passage | None = None
        self._feverish: Passage | None = None
        self._incomplete: Passage | None = None

    def step(self, event: Event) -> Answer:
        """The answer to a code that was shown; a new entry is on the disk before this returns.

        The same code soon again gets its answer again without a new entry, unless the answer changed.
        """
        assert event.seen is not None
        seen, register = event.seen, self._register
        with register.turn:
            last = self._given.get(seen.key) if event.kind is EventKind.SHOWN_AGAIN else None
            if last and last.answer.outcome is Outcome.ADMITTED:
                ago_s = (register.boot_ms() - last.boot_ms) // 1000
                return again(last.answer, register.direction, ago_s)
            if last and last.answer.reason is Reason.REFUSED_BY_STAFF:
                # No rule knows what they saw: whoever is still here is let in by them, who take it back.
                return replace(last.answer, entry_seq=None)
            particulars = self.expected
            judged = register.judged(seen.text, Presence.ROTATING, particulars)
            if last and last.answer.reason is judged.decision.reason:
                return replace(last.answer, entry_seq=None)
            if not judged.decision.is_entry:
                return self._remembered(seen.key, foreign())
            if judged.decision.code is None:
                particulars = NOTHING  # a damaged code: what was noted is for the one that follows
            else:
                self.expect_nothing()
            return self.kept(judged, particulars, Way.KIOSK, key=seen.key, text=seen.text)

    def kept(
        self,
        judged: Judged,
        particulars: Particulars,
        way: Way,
        *,
        key: str = "",
        text: str = "",
        corrects: str = "",
    ) -> Answer:
        """Commit a decision about somebody at the gate, and remember them."""
        with self._register.turn:
            answer, entry = self._register.kept(judged, particulars, way, corrects)
            if entry is not None:
                boot_ms = self._register.boot_ms()
                last = Passage(key, text, judged.decision, particulars, way, entry, boot_ms)
                self._last = last
                self._feverish = last if judged.decision.reason in _FEVERISH else self._still_feverish(last)
                if particulars.in_vehicle:
                    lacks = judged.decision.reason is Reason.VEHICLE_INCOMPLETE
                    self._incomplete = last if lacks else None
            return self._remembered(key, answer) if key else answer

    @property
    def last(self) -> Passage | None:
        """Who was decided about last, as long as they may still stand here."""
        return self._fresh(self._last)

    @property
    def feverish(self) -> Passage | None:
        """Who was sent to have their temperature taken."""
        return self._fresh(self._feverish)

    @property
    def expected(self) -> Particulars:
        """What was noted for the next visitor."""
        return self._expected.at(self._register.boot_ms())

    def expect(self, particulars: Particulars, for_ms: int = EXPECTED_MS) -> None:
        """Note something for whoever shows a code next; what was noted before keeps its own time."""
        with self._register.turn:
            before, until_ms = self._expected, self._register.boot_ms() + for_ms
            is_measured = particulars.temperature_tenths is not None
            is_noted = replace(particulars, temperature_tenths=None) != NOTHING
            self._expected = _Expected(
                self.expected.joined(particulars),
                until_ms if is_noted else before.until_ms,
                until_ms if is_measured else before.measured_until_ms,
            )

    def noted_before(self, vehicle: Particulars) -> Particulars:
        """What was measured and noted for this vehicle when it was refused for want of something."""
        lacked = self._fresh(self._incomplete)
        if lacked is None or not lacked.particulars.may_be(vehicle):
            return NOTHING
        return lacked.particulars.beside_the_vehicle

    def accompanied(self, companions: int) -> None:
        """So many come with whoever is next, in place of any number that was noted before."""
        with self._register.turn:
            self._expected = replace(
                self._expected,
                particulars=replace(self.expected, companions=companions),
                until_ms=self._register.boot_ms() + EXPECTED_MS,
            )
            if self._incomplete is not None:
                corrected = replace(self._incomplete.particulars, companions=companions)
                self._incomplete = replace(self._incomplete, particulars=corrected)

    def expect_nothing(self) -> None:
        """Drop what was noted for the next visitor."""
        self._expected = _Expected()

    def forget(self) -> None:
        """Answer every code anew, and go on from nobody: the last entry was taken back or the way turned."""
        with self._register.turn:
            self._given.clear()
            self._last = self._feverish = self._incomplete = None
            self.expect_nothing()

    def face(self, direction: Direction) -> None:
        """Let people pass this way from now on."""
        with self._register.turn:
            if direction is not self._register.direction:
                self._register.direction = direction
                self.forget()

    def _still_feverish(self, last: Passage) -> Passage | None:
        waiting = self._feverish
        return None if waiting is None or waiting.who == last.who else waiting

    def _fresh(self, passage: Passage | None) -> Passage | None:
        if passage is None or self._register.boot_ms() - passage.boot_ms > AWAITED_MS:
            return None
        return passage

    def _remembered(self, key: str, answer: Answer) -> Answer:
        self._given[key] = _Given(answer, self._register.boot_ms())
        self._given.move_to_end(key)
        if len(self._given) > _MOST_REMEMBERED:
            self._given.popitem(last=False)
        return answer
