"""The policy form as it was typed: out of stored fields, out of a request, and read into fields again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from domain.credential import KINDS, kind_named
from domain.errors import InputError
from domain.hours import DAY_NAMES
from domain.visitor import VisitorClass
from domain.wording import Sentence
from web.services.rules import policy_typing
from web.services.rules.policy_words import dates_text, openings_text

_T = TypeVar("_T")
OTHER = "other"
ROWS_MOST = 30
_TEXT_MOST = 8_000
_AGE_MOST_HOURS = 24 * 3660
# Fields of one choice, and what each means; nothing chosen is not set.
CHOICES: dict[str, dict[str, object]] = {
    "temperature": {"off": "off", "ask": "ask", "require": "require"},
    "reentry": {"admit": "admit", "refer": "refer", "refuse": "refuse"},
    "vehicle_complete": {"yes": True, "no": False},
    "unknown_visitor": {"admit": "admit", "refer": "refer", "refuse": "refuse"},
    "confidential": {"yes": True, "no": False},
}
# Whole numbers with their bounds; nothing typed is not set.
NUMBERS: dict[str, tuple[int, int]] = {
    "capacity": (0, 10_000_000),
    "listed_days": (1, 365),
    "bundle_limit_hours": (1, 2160),
}
_TEXTS = ("temperature_limit_tenths", "listed_areas", "holidays", *DAY_NAMES, *CHOICES, *NUMBERS)


@dataclass(frozen=True, slots=True)
class TypedRule:
    """One credential line; `kind` is one of the known or `other`, which `name` then names."""

    kind: str = ""
    name: str = ""
    classes: frozenset[str] = frozenset()
    age: str = ""
    unit: str = "hours"
    word: str = "seen"
    otherwise: str = "refuse"


@dataclass(frozen=True, slots=True)
class TypedPolicy:
    """The whole form; `has_classes` and `has_hours` say that these two are set here at all."""

    texts: Mapping[str, str] = field(default_factory=dict)
    has_classes: bool = False
    classes: frozenset[str] = frozenset()
    has_hours: bool = False
    rules: tuple[TypedRule, ...] = ()

    def text(self, name: str) -> str:
        """What stands in a field."""
        return self.texts.get(name, "")

    def with_rule(self) -> TypedPolicy:
        """The form with one more empty credential line."""
        return replace(self, rules=(*self.rules, TypedRule())[:ROWS_MOST])

    def filled(self, fields: Mapping[str, Any], *, adds: bool = False) -> TypedPolicy:
        """The form with these fields (JSON values) in place of its own; the others stay as typed.

        With `adds`, credential lines come below those that are there.
        """
        other = typed_of(fields)
        names = {*fields, *((*DAY_NAMES, "holidays") if "hours" in fields else ())}
        return TypedPolicy(
            {**self.texts, **{name: text for name, text in other.texts.items() if name in names}},
            self.has_classes or other.has_classes,
            other.classes if "classes" in fields else self.classes,
            self.has_hours or other.has_hours,
            self._rules_with(other.rules, adds=adds) if "credentials" in fields else self.rules,
        )

    def _rules_with(self, others: tuple[TypedRule, ...], *, adds: bool) -> tuple[TypedRule, ...]:
        new = (rule for rule in others if rule not in self.rules)
        return (*self.rules, *new)[:ROWS_MOST] if adds else others

    def without_rule(self, nth: int) -> TypedPolicy:
        """The form without its nth credential line."""
        return replace(self, rules=tuple(rule for at, rule in enumerate(self.rules) if at != nth))


def typed_of(fields: Mapping[str, Any]) -> TypedPolicy:
    """The form that says these fields (JSON values)."""
    texts = {name: str(fields[name]) for name in NUMBERS if name in fields}
    for name, meanings in CHOICES.items():
        if name in fields:
            texts[name] = next(choice for choice, value in meanings.items() if value == fields[name])
    if "temperature_limit_tenths" in fields:
        texts["temperature_limit_tenths"] = f"{fields['temperature_limit_tenths'] / 10:.1f}"
    texts["listed_areas"] = "\n".join(fields.get("listed_areas", ()))
    if hours := fields.get("hours"):
        texts |= {day: openings_text((a, b) for a, b in hours["weekly"][day]) for day in DAY_NAMES}
        texts["holidays"] = "\n".join(dates_text(date.fromisoformat(day) for day in hours["holidays"]))
    return TypedPolicy(
        texts,
        "classes" in fields,
        frozenset(fields.get("classes", ())),
        hours is not None,
        tuple(_rule_of(rule) for rule in fields.get("credentials", ())),
    )


def typed_from(sent: MultiDict[str, str]) -> TypedPolicy:
    """The form that a request sent."""
    rows = sent.getlist("row")[:ROWS_MOST]
    return TypedPolicy(
        {name: sent.get(name, "").strip()[:_TEXT_MOST] for name in _TEXTS},
        sent.get("has_classes") == "1",
        frozenset(sent.getlist("classes")),
        sent.get("has_hours") == "1",
        tuple(_sent_rule(sent, row) for row in rows),
    )


def read(form: TypedPolicy) -> tuple[dict[str, Any], dict[str, Sentence]]:
    """The fields (JSON values) that the form sets, and what is wrong, by the name of its input."""
    reading = _Reading({}, {})
    fields = reading.fields
    if form.has_classes:
        fields["classes"] = sorted(form.classes & set(VisitorClass))
    if rules := [reading.of(f"rule-{nth}", _rule, rule, nth) for nth, rule in enumerate(form.rules)]:
        # A line without a credential was left empty; one that was typed twice is one.
        said = [rule for nth, rule in enumerate(rules) if rule and rule not in rules[:nth]]
        fields |= {"credentials": said} if said else {}
    for name, meanings in CHOICES.items():
        if form.text(name) in meanings:
            fields[name] = meanings[form.text(name)]
    for name, bounds in NUMBERS.items():
        if form.text(name):
            reading.put(name, policy_typing.whole_number, form.text(name), name, *bounds)
    if form.text(limit := "temperature_limit_tenths"):
        reading.put(limit, policy_typing.limit_tenths, form.text(limit), limit)
    if form.text("listed_areas"):
        reading.put("listed_areas", policy_typing.names, form.text("listed_areas"), "listed_areas")
    if form.has_hours:
        days = {day: reading.of(day, policy_typing.openings, form.text(day), day) for day in DAY_NAMES}
        shut = reading.of("holidays", policy_typing.dates, form.text("holidays"), "holidays")
        fields["hours"] = {"weekly": days, "holidays": shut}
    return fields, reading.wrong


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read so far, and what could not be."""

    fields: dict[str, Any]
    wrong: dict[str, Sentence]

    def of(self, name: str, reads: Callable[..., _T], *typed: Any) -> _T | None:
        """What `reads` makes of the input, or nothing with what is wrong kept under its name."""
        try:
            return reads(*typed)
        except InputError as error:
            self.wrong[error.field if error.field.startswith(f"{name}-") else name] = error.sentence
            return None

    def put(self, name: str, reads: Callable[..., object], *typed: Any) -> None:
        """Set the field to what was read."""
        self.fields[name] = self.of(name, reads, *typed)


def _rule(rule: TypedRule, nth: int) -> dict[str, Any] | None:
    if not rule.kind:
        if rule.age or rule.name:
            raise InputError(
                f"rule-{nth}-kind",
                "Choose which credential this line asks for, or remove the line.",
                "请选择此行要求的凭证，或删除此行。",
            )
        return None
    kind = rule.kind
    if kind == OTHER or kind not in KINDS:
        kind = policy_typing.kind_of(rule.name, f"rule-{nth}-name")
    per = 24 if rule.unit == "days" else 1
    age = None
    if rule.age:
        age = policy_typing.whole_number(rule.age, f"rule-{nth}-age", 1, _AGE_MOST_HOURS // per) * per
    return {
        "kind": kind,
        "max_age_hours": age,
        "classes": sorted(rule.classes & set(VisitorClass)),
        "otherwise": "refer" if rule.otherwise == "refer" else "refuse",
        "verified": rule.word != "own",
    }


def _rule_of(rule: Mapping[str, Any]) -> TypedRule:
    known, hours = rule["kind"] in KINDS, rule["max_age_hours"]
    in_days = hours is not None and hours % 24 == 0 and hours > 72
    return TypedRule(
        rule["kind"] if known else OTHER,
        "" if known else kind_named(rule["kind"]).en,
        frozenset(rule["classes"]),
        "" if hours is None else str(hours // 24 if in_days else hours),
        "days" if in_days else "hours",
        "seen" if rule["verified"] else "own",
        rule["otherwise"],
    )


def _sent_rule(sent: MultiDict[str, str], row: str) -> TypedRule:
    def one(name: str) -> str:
        return sent.get(f"rule-{row}-{name}", "").strip()[:200]

    classes = frozenset(sent.getlist(f"rule-{row}-classes"))
    return TypedRule(
        one("kind"), one("name"), classes, one("age"), one("unit"), one("word"), one("otherwise")
    )
