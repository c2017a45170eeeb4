"""What staff do at the gate: each act is judged and kept as the gate's own decisions are, then shown."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from domain.decision import Decision, Outcome, Presence, VisitorFacts
from domain.entry import Way
from domain.errors import InputError
from domain.reason import Reason
from domain.venue import Direction
from domain.visitor import VisitorClass, masked_name
from domain.wording import Sentence
from kiosk.gate.answer import Answer
from kiosk.gate.gate import EXPECTED_MS, MEASURED_BEFORE_MS, Gate, Passage
from kiosk.gate.particulars import NOTHING, Particulars
from kiosk.gate.register import Judged, Register
from kiosk.occupancy.today import Made

_NUMBERS_MOST = 10
_NUMBERS_WITHIN_MS = 60_000
_CANNOT_SEAL = InputError(
    "name",
    "The server's rules have not arrived here yet: nobody can be registered before. Refer the visitor.",
    "服务器的规则尚未到达本终端，暂不能现场登记，请转人工处理。",
)
_CHANGED = InputError(
    "entry",
    "Another entry was made meanwhile. Please look again.",
    "其间已有新的记录，请重新核对。",
)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an act: a card that is on the screen now, or only a sentence for the staff."""

    answer: Answer | None
    sentence: Sentence


class Desk:
    """The acts. Whatever they take was read by `kiosk.desk.form`. Any thread may use it."""

    def __init__(
        self,
        register: Register,
        gate: Gate,
        show: Callable[[Answer], None],
        keep_direction: Callable[[Direction], None],
    ) -> None:
        """`show` puts up a card; `keep_direction` remembers which way people pass, OSError if it cannot."""
        self._register = register
        self._gate = gate
        self._show = show
        self._keep_direction = keep_direction
        self._numbers: deque[int] = deque(maxlen=_NUMBERS_MOST)

    def measured(self, tenths: int) -> Done:
        """A temperature: of whoever was sent to have it taken, else of whoever comes next."""
        with self._register.turn:
            return self._measured(tenths, self._gate.feverish, EXPECTED_MS)

    def thermometer_measured(self, tenths: int) -> None:
        """A temperature from the device; for the next visitor it holds for a few seconds only.

        It may be the next visitor's, so that it takes nobody's fever away: staff say so, or who had it shows
        the code again.
        """
        with self._register.turn:
            waiting = self._gate.feverish
            if waiting is not None and waiting.decision.reason is Reason.TEMPERATURE_HIGH:
                waiting = None
            self._measured(tenths, waiting, MEASURED_BEFORE_MS)

    def _measured(self, tenths: int, waiting: Passage | None, for_ms: int) -> Done:
        if waiting is None:
            self._gate.expect(Particulars(temperature_tenths=tenths), for_ms)
            shown = f"{tenths / 10:.1f}"
            return Done(
                None,
                Sentence(f"{shown} °C is noted for the next visitor.", f"{shown} °C 已记给下一位访客。"),
            )
        particulars = waiting.particulars.joined(Particulars(temperature_tenths=tenths))
        judged = self._again(waiting, particulars)
        answer = self._gate.kept(judged, particulars, waiting.way, key=waiting.key, text=waiting.text)
        return self._shown(answer)

    def accompanied_next(self, companions: int) -> Done:
        """So many come with whoever shows a code next; none takes back what was noted by mistake."""
        self._gate.accompanied(companions)
        return Done(None, _noted(companions))

    def accompanied_last(self, entry_id: str, companions: int) -> Done:
        """So many came with the last visitor: a new entry in place of theirs."""
        with self._register.turn:
            last = self._gate.last
            if last is None or last.entry.id != entry_id or last.decision.outcome is not Outcome.ADMITTED:
                raise _CHANGED
            particulars = replace(last.particulars, companions=companions)
            judged = self._register.stated(last.decision)
            answer = self._gate.kept(
                judged, particulars, last.way, key=last.key, text=last.text, corrects=last.entry.id
            )
            return self._shown(answer)

    def driven(self, particulars: Particulars) -> Done:
        """A vehicle: with its driver's name it is judged now, else when the driver shows their code.

        One that lacked something keeps what was measured for it.
        """
        with self._register.turn:
            noted = self._gate.noted_before(particulars).joined(self._gate.expected)
            if particulars.name:
                return self._typed(noted.joined(particulars))
            self._gate.expect(noted.joined(particulars))
        return Done(None, Sentence("Noted. Now show the driver's code.", "已记下，请驾驶员出示访客码。"))

    def numbered(self, number: str) -> Done:
        """A visitor who gave their short number; InputError when nobody has it, or at too many tries."""
        self._count_number()
        visitor = self._register.rules.known.by_number(number)
        if visitor is None:
            raise InputError(
                "number",
                "Nobody known at this gate has this number. Check it, or register the visitor.",
                "本终端没有此编号的访客，请核对，或现场登记。",
            )
        return self._met(visitor, self._gate.expected)

    def registered(self, name: str, phone: str) -> Done:
        """A visitor who is registered on the spot."""
        return self._typed(self._gate.expected.joined(Particulars(name=name, phone=phone)))

    def refused(self, why: Sentence, entry_id: str = "") -> Done:
        """A refusal by a person: of whom the entry names, else of somebody without a code.

        Who was admitted before is not any more: the new entry takes the place of that one.
        """
        with self._register.turn:
            last = self._gate.last
            if entry_id and (last is None or last.entry.id != entry_id):
                raise _CHANGED
            about = last if entry_id else None
            admitted = about is not None and about.decision.outcome is Outcome.ADMITTED
            decision = Decision(
                Outcome.REFUSED,
                Reason.REFUSED_BY_STAFF,
                about.decision.presence if about else Presence.STAFF,
                about.decision.visitor if about else None,
                about.decision.code if about else None,
                values={"why": why.en} | ({"why_zh": why.zh} if why.zh != why.en else {}),
            )
            answer = self._gate.kept(
                self._register.stated(decision),
                about.particulars if about else NOTHING,
                Way.STAFF,
                key=about.key if about else "",
                corrects=about.entry.id if about and admitted else "",
            )
            return self._shown(answer)

    def took_back(self, entry_id: str) -> Done:
        """Take the last entry back with a new one that corrects it."""
        with self._register.turn:
            made = self._register.today.last(self._register.day())
            if made is None or made.id != entry_id:
                raise _CHANGED
            decision = Decision(
                Outcome.REFERRED, Reason.TAKEN_BACK, Presence.STAFF, self._visitor_of(made.visitor_id)
            )
            stated = self._register.stated(decision)
            done = self._shown(self._gate.kept(stated, NOTHING, Way.STAFF, corrects=made.id))
            self._gate.forget()
            return done

    def faced(self, direction: Direction) -> Done:
        """Let people pass this way from now on."""
        self._gate.face(direction)
        with contextlib.suppress(OSError):  # it holds until the next start
            self._keep_direction(direction)
        entering = direction is Direction.IN
        return Done(
            None,
            Sentence("This gate now lets people in.", "现在登记进入。")
            if entering
            else Sentence("This gate now lets people out.", "现在登记离开。"),
        )

    def last(self) -> Made | None:
        """The entry that `took_back` would take back."""
        return self._register.today.last(self._register.day())

    def name_of(self, made: Made) -> str:
        """The masked name of an entry's visitor, "" when nobody knows it or the venue is confidential."""
        if self._register.rules.policy.confidential:
            return ""
        visitor = self._visitor_of(made.visitor_id)
        return visitor.masked_name if visitor else masked_name(made.name)

    def _again(self, waiting: Passage, particulars: Particulars) -> Judged:
        """The decision about somebody who stands here still: their phone's code may have ended since."""
        decision = waiting.decision
        if waiting.text:
            judged = self._register.judged(waiting.text, Presence.ROTATING, particulars)
            if judged.decision.reason is not Reason.CODE_EXPIRED or decision.visitor is None:
                return judged
        assert decision.visitor is not None
        known = self._visitor_of(decision.visitor.visitor_id) or decision.visitor
        judged = self._register.judged(known, decision.presence, particulars)
        return replace(judged, decision=replace(judged.decision, code=decision.code))

    def _typed(self, particulars: Particulars) -> Done:
        if not self._register.keeps_people:
            raise _CANNOT_SEAL
        facts = VisitorFacts("", VisitorClass.VISITOR, masked_name=masked_name(particulars.name))
        return self._met(facts, particulars)

    def _met(self, visitor: VisitorFacts, particulars: Particulars) -> Done:
        with self._register.turn:
            judged = self._register.judged(visitor, Presence.STAFF, particulars)
            self._gate.expect_nothing()
            return self._shown(self._gate.kept(judged, particulars, Way.STAFF))

    def _shown(self, answer: Answer) -> Done:
        self._show(answer)
        return Done(answer, answer.sentence)

    def _visitor_of(self, visitor_id: str) -> VisitorFacts | None:
        return self._register.rules.known.by_id(visitor_id)

    def _count_number(self) -> None:
        now_ms = self._register.boot_ms()
        full = len(self._numbers) == _NUMBERS_MOST
        if full and now_ms - self._numbers[0] < _NUMBERS_WITHIN_MS:
            raise InputError(
                "number",
                "Too many numbers in a minute. Please wait a moment.",
                "一分钟内输入次数过多，请稍候再试。",
            )
        self._numbers.append(now_ms)


def _noted(companions: int) -> Sentence:
    if not companions:
        return Sentence("No companions are noted for the next visitor.", "下一位访客记为无随行人员。")
    return Sentence(
        f"+{companions} is noted for the next visitor.", f"已为下一位访客记下随行 {companions} 人。"
    )
