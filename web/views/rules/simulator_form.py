"""The simulator's form: who comes, where, when and with what, as it was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from domain.credential import KINDS, Credential
from domain.decision import Vehicle, VisitorFacts
from domain.errors import InputError
from domain.hold import Hold, HoldLevel
from domain.venue import Direction
from domain.visitor import CLASS_NAMES, VisitorClass, cleaned
from domain.wording import Sentence
from web.services.passing.passage_typing import parsed_temperature
from web.services.passing.simulating import MADE_UP
from web.services.rules.policy_typing import kind_of, whole_number
from web.views.every_page.presenting import parsed_local

_T = TypeVar("_T")
_FIELDS = (
    "entrance", "who", "visitor", "chosen", "visitor_class", "hold", "area", "area_at",
    "at", "direction", "temperature", "plate", "occupants", "phones",
)  # fmt: skip
_ROWS_LEAST, _ROWS_MOST = 2, 12
_OCCUPANTS_MOST = 100


@dataclass(frozen=True, slots=True)
class TypedCredential:
    """One credential of somebody made up."""

    kind: str = ""
    name: str = ""
    since: str = ""
    until: str = ""
    word: str = "seen"


@dataclass(frozen=True, slots=True)
class TypedQuestion:
    """The whole form; `texts` by field."""

    texts: dict[str, str] = field(default_factory=dict)
    credentials: tuple[TypedCredential, ...] = (TypedCredential(),) * _ROWS_LEAST
    has_vehicle: bool = False

    def text(self, name: str) -> str:
        """What stands in a field."""
        return self.texts.get(name, "")


class Reading:
    """Reads single inputs and keeps what is wrong, by the name of the input."""

    def __init__(self, form: TypedQuestion, zone: str) -> None:
        self._form, self._zone = form, zone
        self.wrong: dict[str, Sentence] = {}

    def at_ms(self) -> int | None:
        """When it is, None for now."""
        return self._time("at", self._form.text("at"))

    def direction(self) -> Direction:
        """Which way."""
        return Direction.OUT if self._form.text("direction") == Direction.OUT else Direction.IN

    def temperature(self) -> int | None:
        """What was measured, in tenths of a degree."""
        text = self._form.text("temperature")
        return self._tried("temperature", lambda: parsed_temperature(text)) if text else None

    def vehicle(self) -> Vehicle | None:
        """The vehicle at the gate, when there is one."""
        if not self._form.has_vehicle:
            return None
        typed = self._form.text("occupants") or "1"
        people = self._tried("occupants", lambda: whole_number(typed, "occupants", 1, _OCCUPANTS_MOST))
        phones = self._form.text("phones").replace("，", ",").replace("\n", ",").split(",")
        given = tuple(phone.strip() for phone in phones if phone.strip())
        return Vehicle(self._form.text("plate"), people or 1, given)

    def made_up(self) -> VisitorFacts:
        """Somebody who does not exist."""
        level, area = self._form.text("hold"), self._form.text("area")
        chosen = self._form.text("visitor_class")
        known = chosen if chosen in set(VisitorClass) else VisitorClass.VISITOR
        shown = [self._credential(nth, row) for nth, row in enumerate(self._form.credentials)]
        been = self._tried("area", lambda: cleaned(area, "area", 100)) if area else None
        at_ms = self._time("area_at", self._form.text("area_at"))
        if been is not None and at_ms is None and "area_at" not in self.wrong:
            self.wrong["area_at"] = Sentence("Say when that was.", "请填写到访时间。")
        return VisitorFacts(
            MADE_UP,
            VisitorClass(known),
            (Hold(HoldLevel(level)),) if level in set(HoldLevel) else (),
            tuple(credential for credential in shown if credential is not None),
            ((been, at_ms),) if been is not None and at_ms is not None else (),
            CLASS_NAMES[VisitorClass(known)].en,
        )

    def _credential(self, nth: int, row: TypedCredential) -> Credential | None:
        at = f"credential-{nth}"
        if not row.kind:
            if row.since or row.until or row.name:
                self.wrong[f"{at}-kind"] = Sentence("Choose which credential this is.", "请选择是哪种凭证。")
            return None
        kind: str | None = row.kind
        if row.kind not in KINDS:
            kind = self._tried(f"{at}-name", lambda: kind_of(row.name, "name"))
        since, until = self._time(f"{at}-since", row.since), self._time(f"{at}-until", row.until)
        return Credential(kind, since, until, row.word != "own") if kind is not None else None

    def _time(self, name: str, typed: str) -> int | None:
        at_ms = parsed_local(typed, self._zone) if typed else None
        if typed and at_ms is None:
            self.wrong[name] = Sentence(
                "Give date and time like 2026-11-21 08:00.", "请填写日期和时间，例如 2026-11-21 08:00。"
            )
        return at_ms

    def _tried(self, name: str, read: Callable[[], _T]) -> _T | None:
        try:
            return read()
        except InputError as error:
            self.wrong[name] = error.sentence
            return None


def typed_from(sent: MultiDict[str, str]) -> TypedQuestion:
    """The form that a request sent, with one empty credential line more when all are used."""
    rows = [_row(sent, row) for row in sent.getlist("row")[:_ROWS_MOST]]
    if rows and rows[-1].kind:
        rows.append(TypedCredential())
    return TypedQuestion(
        {name: sent.get(name, "").strip()[:500] for name in _FIELDS},
        tuple(rows[:_ROWS_MOST]) or TypedQuestion().credentials,
        sent.get("has_vehicle") == "1",
    )


def _row(sent: MultiDict[str, str], row: str) -> TypedCredential:
    names = ("kind", "name", "since", "until", "word")
    return TypedCredential(*(sent.get(f"credential-{row}-{name}", "").strip()[:200] for name in names))
