"""The rules of entering, in their order, each with its own verdict; `judge` takes the first that objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.credential import Credential, kind_named
from domain.facts import Facts, Vehicle, VisitorFacts
from domain.hold import in_force
from domain.hours import local_time
from domain.outcome import Outcome
from domain.policy import Asked, CredentialRule, Policy, Treatment
from domain.reason import Reason, sentence_of
from domain.venue import Entrance, VenueState
from domain.wording import Sentence

_HOUR_MS = 3_600_000
_CLOCKS_APART_MS = 300_000


class Rule(StrEnum):
    """What is looked at; the order here is the order of looking."""

    VENUE = "venue"
    BUNDLE = "bundle"
    VISITOR = "visitor"
    HOLD = "hold"
    CLASS = "class"
    CREDENTIAL = "credential"
    AREA = "area"
    HOURS = "hours"
    TEMPERATURE = "temperature"
    VEHICLE = "vehicle"
    REENTRY = "reentry"
    CAPACITY = "capacity"


RULE_NAMES: dict[Rule, Sentence] = {
    Rule.VENUE: Sentence("The venue is open", "场所开放"),
    Rule.BUNDLE: Sentence("The rules are fresh enough", "规则足够新"),
    Rule.VISITOR: Sentence("The visitor is known", "访客已登记"),
    Rule.HOLD: Sentence("No hold", "无管控"),
    Rule.CLASS: Sentence("Class accepted", "访客类别"),
    Rule.CREDENTIAL: Sentence("Credential", "凭证"),
    Rule.AREA: Sentence("Listed areas", "名单内地区"),
    Rule.HOURS: Sentence("Opening hours", "开放时间"),
    Rule.TEMPERATURE: Sentence("Temperature", "体温"),
    Rule.VEHICLE: Sentence("Vehicle", "车辆"),
    Rule.REENTRY: Sentence("Not inside already", "未在场内"),
    Rule.CAPACITY: Sentence("Room inside", "容量"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says: admitted, or an outcome with its reason. `subject` is the credential's kind."""

    rule: Rule
    outcome: Outcome = Outcome.ADMITTED
    reason: Reason | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""

    @property
    def sentence(self) -> Sentence | None:
        """What the person would read, or nothing where the rule is content."""
        return sentence_of(self.reason, self.values) if self.reason else None


def examined(
    visitor: VisitorFacts | None, entrance: Entrance, policy: Policy, facts: Facts, now_ms: int
) -> Iterator[Verdict]:
    """Every rule's verdict about entering, in order; one per credential that is asked for."""
    is_open = entrance.venue_state is VenueState.OPEN
    yield _said(Rule.VENUE, not is_open, Outcome.REFUSED, Reason.VENUE_NOT_OPEN)
    stale = facts.bundle_age_ms > policy.bundle_limit_hours * _HOUR_MS
    yield _said(Rule.BUNDLE, stale, Outcome.REFERRED, Reason.RULES_OUT_OF_DATE)
    yield _treated(Rule.VISITOR, visitor is None, policy.unknown_visitor, Reason.VISITOR_UNKNOWN)
    if visitor is not None:
        yield from _about(visitor, entrance, policy, now_ms)
    yield _hours(entrance, policy, now_ms)
    yield _temperature(policy, facts)
    yield _vehicle(policy, facts)
    inside = visitor is not None and facts.is_inside(visitor.visitor_id)
    yield _treated(Rule.REENTRY, inside, policy.reentry, Reason.ALREADY_INSIDE)
    then = (facts.people_inside or 0) + facts.people_coming
    full = policy.capacity is not None and then > policy.capacity and not inside
    room = {"capacity": str(policy.capacity)} if full else None
    yield _said(Rule.CAPACITY, full, Outcome.REFUSED, Reason.VENUE_FULL, room)


# Most rules are content most of the time: that is said with one value for each.
_CONTENT = {rule: Verdict(rule) for rule in Rule}


def _said(
    rule: Rule, objects: bool, outcome: Outcome, reason: Reason, values: Mapping[str, str] | None = None
) -> Verdict:
    return Verdict(rule, outcome, reason, values or {}) if objects else _CONTENT[rule]


def _treated(rule: Rule, objects: bool, treatment: Treatment, reason: Reason) -> Verdict:
    return _said(rule, objects and treatment is not Treatment.ADMIT, _outcome(treatment), reason)


def _outcome(treatment: Treatment) -> Outcome:
    return Outcome.REFUSED if treatment is Treatment.REFUSE else Outcome.REFERRED


def _about(visitor: VisitorFacts, entrance: Entrance, policy: Policy, now_ms: int) -> Iterator[Verdict]:
    held = bool(in_force(visitor.holds, now_ms))
    # Red and yellow give the same answer: what differs is the guard's instruction, not the public screen.
    yield _said(Rule.HOLD, held, Outcome.REFERRED, Reason.ON_HOLD)
    strange = visitor.visitor_class not in policy.classes
    yield _said(Rule.CLASS, strange, Outcome.REFUSED, Reason.CLASS_NOT_ACCEPTED)
    here = tuple(held for held in visitor.credentials if held.counts_at(entrance.venue_id))
    for rule in policy.credentials:
        if not rule.classes or visitor.visitor_class in rule.classes:
            yield _credential(rule, here, now_ms)
    since = now_ms - policy.listed_days * 24 * _HOUR_MS
    was_there = any(area in policy.listed_areas and at_ms >= since for area, at_ms in visitor.areas)
    days = {"days": str(policy.listed_days)} if was_there else None
    yield _said(Rule.AREA, was_there, Outcome.REFERRED, Reason.LISTED_AREA, days)


def _credential(rule: CredentialRule, credentials: tuple[Credential, ...], now_ms: int) -> Verdict:
    """The verdict of the credential that serves best: a doubt about one is nothing where another is good."""
    shown = [_of_one(rule, held, now_ms) for held in credentials if held.kind == rule.kind]
    best = min(shown, key=_worse, default=(Reason.CREDENTIAL_MISSING, {}))
    if best is None:
        return Verdict(Rule.CREDENTIAL, subject=rule.kind)
    reason, values = best
    name = kind_named(rule.kind)
    named = {"credential": name.en, "credential_zh": name.zh, **values}
    # A date or a proof that a person can look at goes to a person; what is lacking goes by the rule.
    doubt = reason in (Reason.CREDENTIAL_UNDATED, Reason.CREDENTIAL_UNVERIFIED)
    outcome = Outcome.REFERRED if doubt else _outcome(rule.otherwise)
    return Verdict(Rule.CREDENTIAL, outcome, reason, named, rule.kind)


_Objection = tuple[Reason, Mapping[str, str]] | None
_ORDER = (
    Reason.CREDENTIAL_UNVERIFIED,
    Reason.CREDENTIAL_UNDATED,
    Reason.CREDENTIAL_TOO_OLD,
    Reason.CREDENTIAL_NOT_YET,
    Reason.CREDENTIAL_ENDED,
    Reason.CREDENTIAL_MISSING,
)


def _worse(objection: _Objection) -> int:
    return -1 if objection is None else _ORDER.index(objection[0])


def _of_one(rule: CredentialRule, held: Credential, now_ms: int) -> _Objection:
    if held.until_ms is not None and held.until_ms <= now_ms:
        return Reason.CREDENTIAL_ENDED, {}
    to_come = held.since_ms is not None and held.since_ms > now_ms + _CLOCKS_APART_MS
    if rule.max_age_hours is None and to_come:
        return Reason.CREDENTIAL_NOT_YET, {}
    if rule.max_age_hours is not None:
        # A date to come is a typing error or a trick, never an age of less than nothing.
        if held.since_ms is None or to_come:
            return Reason.CREDENTIAL_UNDATED, {}
        if now_ms - held.since_ms > rule.max_age_hours * _HOUR_MS:
            return Reason.CREDENTIAL_TOO_OLD, {"hours": str(rule.max_age_hours)}
    if rule.verified and not held.verified:
        return Reason.CREDENTIAL_UNVERIFIED, {}
    return None


def _hours(entrance: Entrance, policy: Policy, now_ms: int) -> Verdict:
    here = local_time(now_ms, entrance.time_zone)
    if policy.hours.is_open(here):
        return _CONTENT[Rule.HOURS]
    return Verdict(Rule.HOURS, Outcome.REFUSED, Reason.OUTSIDE_HOURS, {"opens": policy.hours.shown(here)})


def _temperature(policy: Policy, facts: Facts) -> Verdict:
    measured = facts.temperature_tenths
    if policy.temperature is Asked.OFF:
        return _CONTENT[Rule.TEMPERATURE]
    if measured is None:
        needed = policy.temperature is Asked.REQUIRE
        return _said(Rule.TEMPERATURE, needed, Outcome.REFERRED, Reason.TEMPERATURE_NEEDED)
    limit = {"limit": f"{policy.temperature_limit_tenths / 10:.1f}"}
    high = measured >= policy.temperature_limit_tenths
    return _said(Rule.TEMPERATURE, high, Outcome.REFERRED, Reason.TEMPERATURE_HIGH, limit)


def _vehicle(policy: Policy, facts: Facts) -> Verdict:
    missing = _missing(facts.vehicle) if policy.vehicle_complete and facts.vehicle else []
    if not missing:
        return _CONTENT[Rule.VEHICLE]
    said = {"missing": ", ".join(m.en for m in missing), "missing_zh": "、".join(m.zh for m in missing)}
    return Verdict(Rule.VEHICLE, Outcome.REFUSED, Reason.VEHICLE_INCOMPLETE, said)


def _missing(vehicle: Vehicle) -> list[Sentence]:
    given = sum(1 for phone in vehicle.phones if phone)
    missing = [Sentence("plate", "车牌")] if not vehicle.plate else []
    people = max(1, vehicle.occupants)  # somebody drives it, whatever was typed
    if given < people:
        missing.append(Sentence(f"phone ×{people - given}", f"电话 ×{people - given}"))
    return missing
