"""How an entrance comes by its policy: area, enterprise, venue and entrance add up, the stricter wins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.hours import OpeningHours
from domain.policy import Asked, CredentialRule, Policy, Treatment
from domain.wording import Sentence


class Level(StrEnum):
    """Where a layer of a policy is kept, the widest first."""

    AREA = "area"
    ENTERPRISE = "enterprise"
    VENUE = "venue"
    ENTRANCE = "entrance"


LEVEL_NAMES: dict[Level, Sentence] = {
    Level.AREA: Sentence("Area", "区域"),
    Level.ENTERPRISE: Sentence("Enterprise", "企业"),
    Level.VENUE: Sentence("Venue", "场所"),
    Level.ENTRANCE: Sentence("Entrance", "出入口"),
}


@dataclass(frozen=True, slots=True)
class Layer:
    """What one place asks for: only the fields that somebody set there, of the types `Policy` has.

    `version` is the installation-wide number under which the layer was kept.
    """

    level: Level
    scope_id: str
    name: str
    version: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Effective:
    """The policy in force at an entrance, and which layers each of its fields came from.

    A field that nobody set has no source: it is the default. `version` of the policy is the highest of
    its layers, so that an entry's number leads back to everything that was in force.
    """

    policy: Policy
    sources: Mapping[str, tuple[Layer, ...]] = field(default_factory=dict)


def effective(layers: Sequence[Layer]) -> Effective:
    """The policy of an entrance out of its layers, in any order; without any the default."""
    merged: dict[str, Any] = {}
    sources: dict[str, tuple[Layer, ...]] = {}
    for layer in layers:
        for name, value in layer.fields.items():
            merged[name] = _STRICTER[name](merged[name], value) if name in merged else value
    for name, value in merged.items():
        sources[name] = tuple(
            layer for layer in layers if name in layer.fields and _bears(name, value, layer.fields[name])
        )
    version = max((layer.version for layer in layers), default=1)
    return Effective(Policy(**{**merged, "version": version}), sources)


def rule_sources(effective_policy: Effective, rule: CredentialRule) -> tuple[Layer, ...]:
    """The layers that ask for this very credential rule."""
    layers = effective_policy.sources.get("credentials", ())
    return tuple(layer for layer in layers if rule in layer.fields["credentials"])


def _bears(name: str, merged: Any, own: Any) -> bool:
    """Whether a layer's own value has a part in the merged one, and not a milder value beside it."""
    if name in ("credentials", "listed_areas"):
        return any(item in merged for item in own)
    if name in ("classes", "hours"):
        return True
    return bool(merged == own)


def _hours(one: OpeningHours, other: OpeningHours) -> OpeningHours:
    weekly = tuple(_overlap(a, b) for a, b in zip(one.weekly, other.weekly, strict=True))
    return OpeningHours(weekly, one.holidays | other.holidays)


_Openings = tuple[tuple[int, int], ...]


def _overlap(one: _Openings, other: _Openings) -> _Openings:
    both = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple(sorted((start, end) for start, end in both if start < end))


def _credentials(
    one: tuple[CredentialRule, ...], other: tuple[CredentialRule, ...]
) -> tuple[CredentialRule, ...]:
    """Both lists, less each rule that another one for the same people makes superfluous."""
    every = (*one, *(rule for rule in other if rule not in one))
    return tuple(rule for rule in every if not any(_covers(o, rule) for o in every if o != rule))


def _covers(strict: CredentialRule, rule: CredentialRule) -> bool:
    """Whether whoever satisfies `strict` satisfies `rule`, and is treated no more mildly without it."""
    return (
        strict.kind == rule.kind
        and (not strict.classes or (bool(rule.classes) and rule.classes <= strict.classes))
        and _age(strict) <= _age(rule)
        and strict.verified >= rule.verified
        and _TREATMENTS.index(strict.otherwise) >= _TREATMENTS.index(rule.otherwise)
    )


def _age(rule: CredentialRule) -> float:
    return float("inf") if rule.max_age_hours is None else rule.max_age_hours


_TREATMENTS = (Treatment.ADMIT, Treatment.REFER, Treatment.REFUSE)
_ASKED = (Asked.OFF, Asked.ASK, Asked.REQUIRE)


def _stricter_of(order: Sequence[Any]) -> Callable[[Any, Any], Any]:
    return lambda one, other: max(one, other, key=order.index)


def _least(one: int | None, other: int | None) -> int | None:
    return min((n for n in (one, other) if n is not None), default=None)


def _either(one: Any, other: Any) -> Any:
    return one | other


def _both(one: Any, other: Any) -> Any:
    return one & other


_STRICTER: dict[str, Callable[[Any, Any], Any]] = {
    "classes": _both,
    "credentials": _credentials,
    "temperature": _stricter_of(_ASKED),
    "temperature_limit_tenths": min,
    "hours": _hours,
    "capacity": _least,
    "reentry": _stricter_of(_TREATMENTS),
    "listed_areas": _either,
    "listed_days": max,
    "vehicle_complete": _either,
    "unknown_visitor": _stricter_of(_TREATMENTS),
    "bundle_limit_hours": min,
    "confidential": _either,
}
