"""The one decision: kiosk, phone check-in, staff page, import, replay and simulator all call `judge`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.code import CodeClass, CodeFault, VerifyingKey, VisitorCode, genuine, verified
from domain.policy import Asked, Policy, Treatment, local_time
from domain.reason import Reason, reason_of, sentence_of
from domain.venue import Direction, Entrance, VenueState
from domain.visitor import VisitorClass
from domain.wording import Sentence

_HOUR_MS = 3_600_000
_CLOCKS_APART_MS = 300_000


class Outcome(StrEnum):
    """What happens to the person now."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    REFERRED = "referred"


class Presence(StrEnum):
    """What proves that the person stood at the entrance."""

    ROTATING = "rotating"
    STATIC = "static"
    POSTER_STATIC = "poster_static"
    POSTER_ROTATING = "poster_rotating"
    STAFF = "staff"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Credential:
    """A dated fact about a visitor; `since_ms` None means that nobody knows when it began."""

    kind: str
    since_ms: int | None
    until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class VisitorFacts:
    """What the place that decides knows about one visitor; no name or phone is needed."""

    visitor_id: str
    visitor_class: VisitorClass
    on_hold: bool = False
    credentials: tuple[Credential, ...] = ()
    areas: tuple[tuple[str, int], ...] = ()
    masked_name: str = ""
    short_number: str = ""


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle at the gate: everyone in it is counted, and gives a phone."""

    plate: str
    occupants: int
    phones: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """All that is known where and when the decision is taken; a value, never looked up later."""

    keys: tuple[VerifyingKey, ...] = ()
    is_revoked: Callable[[bytes], bool] = lambda cti: False
    visitor_of: Callable[[bytes], VisitorFacts | None] = lambda cti: None
    is_inside: Callable[[str], bool] = lambda visitor_id: False
    people_inside: int | None = None
    bundle_age_ms: int = 0
    temperature_tenths: int | None = None
    vehicle: Vehicle | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome with its one reason; `values` fill the places in the reason's sentence."""

    outcome: Outcome
    reason: Reason
    presence: Presence
    visitor: VisitorFacts | None = None
    code: VisitorCode | None = None
    fault: CodeFault | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> Sentence:
        """What the person reads and hears, in both languages."""
        return sentence_of(self.reason, self.values)

    @property
    def is_entry(self) -> bool:
        """Whether this is kept: a foreign code and a crowd of codes are counted, not logged."""
        return self.reason not in (Reason.NOT_A_VISITOR_CODE, Reason.ONE_CODE_AT_A_TIME)


def judge(
    shown: str | VisitorFacts,
    entrance: Entrance,
    policy: Policy,
    facts: Facts,
    now_ms: int,
    presence: Presence,
    direction: Direction = Direction.IN,
) -> Decision:
    """Decide about the text of a code, or a visitor known in another way, at an entrance.

    `now_ms` is Unix milliseconds by the best clock of the caller. A card's code makes the presence
    static whatever the caller thought. Never raises for any text.
    """
    code: VisitorCode | None = None
    if isinstance(shown, str):
        now_s = now_ms // 1000
        # A card that ended while its holder was inside must not keep them there.
        read = (
            verified(shown, facts.keys, now_s, facts.is_revoked)
            if direction is Direction.IN
            else genuine(shown, facts.keys, now_s)
        )
        if isinstance(read, CodeFault):
            return _of_bad_code(read, presence)
        code = read
        visitor = facts.visitor_of(code.cti)
        presence = Presence.STATIC if code.code_class is CodeClass.CARD else presence
    else:
        visitor = shown
    # Nobody is kept inside: a genuine code is let out whatever the rules of entering say.
    entering = direction is Direction.IN
    rules = _entering(visitor, entrance, policy, facts, now_ms) if entering else iter(())
    for outcome, reason, values in rules:
        return Decision(outcome, reason, presence, visitor, code, values=values)
    done = Reason.WELCOME if entering else Reason.GOODBYE
    return Decision(Outcome.ADMITTED, done, presence, visitor, code)


_Verdict = tuple[Outcome, Reason, Mapping[str, str]]


def _of_bad_code(fault: CodeFault, presence: Presence) -> Decision:
    # An issuer this gate does not know may be a bundle that did not arrive yet: a person decides.
    referred = fault in (CodeFault.KEY_UNKNOWN, CodeFault.NOT_YET)
    outcome = Outcome.REFERRED if referred else Outcome.REFUSED
    return Decision(outcome, reason_of(fault), presence, fault=fault)


def _entering(
    visitor: VisitorFacts | None, entrance: Entrance, policy: Policy, facts: Facts, now_ms: int
) -> Iterator[_Verdict]:
    """The rules in order; the first that has something to say decides."""
    if entrance.venue_state is not VenueState.OPEN:
        yield Outcome.REFUSED, Reason.VENUE_NOT_OPEN, {}
    if facts.bundle_age_ms > policy.bundle_limit_hours * _HOUR_MS:
        yield Outcome.REFERRED, Reason.RULES_OUT_OF_DATE, {}
    if visitor is None:
        if policy.unknown_visitor is not Treatment.ADMIT:
            yield _treated(policy.unknown_visitor), Reason.VISITOR_UNKNOWN, {}
    else:
        yield from _about(visitor, policy, now_ms)
    yield from _about_time(entrance, policy, now_ms)
    yield from _measured(policy, facts)
    yield from _about_places(visitor, policy, facts)


def _about(visitor: VisitorFacts, policy: Policy, now_ms: int) -> Iterator[_Verdict]:
    if visitor.on_hold:
        yield Outcome.REFERRED, Reason.ON_HOLD, {}
    if visitor.visitor_class not in policy.classes:
        yield Outcome.REFUSED, Reason.CLASS_NOT_ACCEPTED, {}
    for rule in policy.credentials:
        named = {"credential": rule.kind}
        held = [c for c in visitor.credentials if c.kind == rule.kind and not _over(c.until_ms, now_ms)]
        # A date to come is a typing error or a trick, never an age of less than nothing.
        dated = [
            c.since_ms for c in held if c.since_ms is not None and c.since_ms <= now_ms + _CLOCKS_APART_MS
        ]
        if not held:
            yield Outcome.REFUSED, Reason.CREDENTIAL_MISSING, named
        elif rule.max_age_hours is None:
            continue
        elif not dated:
            yield Outcome.REFERRED, Reason.CREDENTIAL_UNDATED, named
        elif now_ms - max(dated) > rule.max_age_hours * _HOUR_MS:
            yield (
                Outcome.REFUSED,
                Reason.CREDENTIAL_TOO_OLD,
                {**named, "hours": str(rule.max_age_hours)},
            )
    since = now_ms - policy.listed_days * 24 * _HOUR_MS
    if any(area in policy.listed_areas and at_ms >= since for area, at_ms in visitor.areas):
        yield Outcome.REFERRED, Reason.LISTED_AREA, {"days": str(policy.listed_days)}


def _about_time(entrance: Entrance, policy: Policy, now_ms: int) -> Iterator[_Verdict]:
    here = local_time(now_ms, entrance.time_zone)
    if not policy.hours.is_open(here):
        yield Outcome.REFUSED, Reason.OUTSIDE_HOURS, {"opens": policy.hours.shown(here)}


def _measured(policy: Policy, facts: Facts) -> Iterator[_Verdict]:
    measured = facts.temperature_tenths
    if policy.temperature is Asked.REQUIRE and measured is None:
        yield Outcome.REFERRED, Reason.TEMPERATURE_NEEDED, {}
    if (
        policy.temperature is not Asked.OFF
        and measured is not None
        and measured >= policy.temperature_limit_tenths
    ):
        yield (
            Outcome.REFERRED,
            Reason.TEMPERATURE_HIGH,
            {"limit": f"{policy.temperature_limit_tenths / 10:.1f}"},
        )
    if policy.vehicle_complete and facts.vehicle is not None and (missing := _missing(facts.vehicle)):
        said = {"missing": ", ".join(m.en for m in missing), "missing_zh": "、".join(m.zh for m in missing)}
        yield Outcome.REFUSED, Reason.VEHICLE_INCOMPLETE, said


def _about_places(visitor: VisitorFacts | None, policy: Policy, facts: Facts) -> Iterator[_Verdict]:
    inside = visitor is not None and facts.is_inside(visitor.visitor_id)
    if inside and policy.reentry is not Treatment.ADMIT:
        yield _treated(policy.reentry), Reason.ALREADY_INSIDE, {}
    full = policy.capacity is not None and (facts.people_inside or 0) >= policy.capacity
    if full and not inside:
        yield Outcome.REFUSED, Reason.VENUE_FULL, {"capacity": str(policy.capacity)}


def _treated(treatment: Treatment) -> Outcome:
    return Outcome.REFUSED if treatment is Treatment.REFUSE else Outcome.REFERRED


def _over(until_ms: int | None, now_ms: int) -> bool:
    return until_ms is not None and until_ms <= now_ms


def _missing(vehicle: Vehicle) -> list[Sentence]:
    given = sum(1 for phone in vehicle.phones if phone)
    missing = [Sentence("plate", "车牌")] if not vehicle.plate else []
    people = max(1, vehicle.occupants)  # somebody drives it, whatever was typed
    if given < people:
        missing.append(Sentence(f"phone ×{people - given}", f"电话 ×{people - given}"))
    return missing
