"""What an entrance asks for, as versioned data that travels in JSON; never code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.errors import InputError
from domain.visitor import VisitorClass

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Asked(StrEnum):
    """Whether a measurement is left out, noted when given, or needed to pass."""

    OFF = "off"
    ASK = "ask"
    REQUIRE = "require"


class Treatment(StrEnum):
    """What becomes of a case the policy leaves to the venue."""

    ADMIT = "admit"
    REFER = "refer"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class CredentialRule:
    """A credential that must be shown; `max_age_hours` None means it only has to be in its dates."""

    kind: str
    max_age_hours: int | None = None


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Weekly opening times in minutes after local midnight, and dates on which it stays shut."""

    weekly: tuple[tuple[tuple[int, int], ...], ...] = (((0, 1440),),) * 7
    holidays: frozenset[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        """Whether `at` (in the venue's zone) falls into an opening; its end minute is outside."""
        minute = at.hour * 60 + at.minute
        today = self.weekly[at.weekday()] if at.date() not in self.holidays else ()
        return any(start <= minute < end for start, end in today)

    def shown(self, at: datetime) -> str:
        """That day's openings as `08:00–18:00`, or a dash when it stays shut."""
        today = self.weekly[at.weekday()] if at.date() not in self.holidays else ()
        return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in today) or "—"


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything one entrance asks for; the default is an open door that knows its visitors."""

    version: int = 1
    classes: frozenset[VisitorClass] = frozenset(VisitorClass)
    credentials: tuple[CredentialRule, ...] = ()
    temperature: Asked = Asked.OFF
    temperature_limit_tenths: int = 373
    hours: OpeningHours = field(default_factory=OpeningHours)
    capacity: int | None = None
    reentry: Treatment = Treatment.ADMIT
    listed_areas: frozenset[str] = frozenset()
    listed_days: int = 14
    vehicle_complete: bool = False
    unknown_visitor: Treatment = Treatment.REFER
    bundle_limit_hours: int = 24
    confidential: bool = False


def policy_json(policy: Policy) -> dict[str, object]:
    """The policy as JSON values, sets sorted, so that equal policies have equal JSON."""
    return {
        "version": policy.version,
        "classes": sorted(policy.classes),
        "credentials": [
            {"kind": rule.kind, "max_age_hours": rule.max_age_hours} for rule in policy.credentials
        ],
        "temperature": policy.temperature,
        "temperature_limit_tenths": policy.temperature_limit_tenths,
        "hours": {
            "weekly": {
                day: [list(opening) for opening in openings]
                for day, openings in zip(DAY_NAMES, policy.hours.weekly, strict=True)
            },
            "holidays": sorted(day.isoformat() for day in policy.hours.holidays),
        },
        "capacity": policy.capacity,
        "reentry": policy.reentry,
        "listed_areas": sorted(policy.listed_areas),
        "listed_days": policy.listed_days,
        "vehicle_complete": policy.vehicle_complete,
        "unknown_visitor": policy.unknown_visitor,
        "bundle_limit_hours": policy.bundle_limit_hours,
        "confidential": policy.confidential,
    }


def policy_from_json(value: Mapping[str, object]) -> Policy:
    """The policy that `policy_json` wrote; InputError for a field that is unknown or unusable."""
    known = {item.name for item in fields(Policy)}
    if unknown := sorted(set(value) - known):
        raise InputError(
            "policy",
            f"The policy has an unknown field: {unknown[0]}.",
            f"规则含有未知字段：{unknown[0]}。",
        )
    try:
        return _policy({**policy_json(Policy()), **value})
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise InputError(
            "policy", f"The policy cannot be read: {error}.", f"规则无法读取：{error}。"
        ) from error


def _policy(value: Mapping[str, object]) -> Policy:
    raw = dict(value)
    hours = _mapping(raw["hours"])
    weekly = _mapping(hours["weekly"])
    capacity = raw["capacity"]
    return Policy(
        version=_number(raw["version"], 1, 2**31),
        classes=frozenset(VisitorClass(str(name)) for name in _sequence(raw["classes"])),
        credentials=tuple(_credential(_mapping(rule)) for rule in _sequence(raw["credentials"])),
        temperature=Asked(str(raw["temperature"])),
        temperature_limit_tenths=_number(raw["temperature_limit_tenths"], 350, 420),
        hours=OpeningHours(
            weekly=tuple(_openings(weekly[day]) for day in DAY_NAMES),
            holidays=frozenset(date.fromisoformat(str(day)) for day in _sequence(hours["holidays"])),
        ),
        capacity=None if capacity is None else _number(capacity, 0, 10**7),
        reentry=Treatment(str(raw["reentry"])),
        listed_areas=frozenset(str(area) for area in _sequence(raw["listed_areas"])),
        listed_days=_number(raw["listed_days"], 1, 365),
        vehicle_complete=bool(raw["vehicle_complete"]),
        unknown_visitor=Treatment(str(raw["unknown_visitor"])),
        bundle_limit_hours=_number(raw["bundle_limit_hours"], 1, 24 * 90),
        confidential=bool(raw["confidential"]),
    )


def _credential(value: Mapping[str, object]) -> CredentialRule:
    hours = value["max_age_hours"]
    return CredentialRule(str(value["kind"]), None if hours is None else _number(hours, 1, 24 * 3660))


def _openings(value: object) -> tuple[tuple[int, int], ...]:
    pairs = tuple(
        (_number(_sequence(p)[0], 0, 1440), _number(_sequence(p)[1], 0, 1440)) for p in _sequence(value)
    )
    if any(start >= end for start, end in pairs):
        raise ValueError("an opening must end after it starts; split it at midnight")
    return pairs


def _number(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{value!r} is not a whole number from {least} to {most}")
    return value


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{value!r} is not a group of fields")
    return value


def _sequence(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"{value!r} is not a list")
    return list(value)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def local_time(at_ms: int, zone: str) -> datetime:
    """Unix milliseconds as a time of day in an IANA zone."""
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone))
