"""What an entrance asks for: data, never code."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from domain.hours import OpeningHours
from domain.visitor import VisitorClass


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
    """One line of the class rules: who must have which credential, and what happens without it.

    `max_age_hours` None means it only has to be in its dates; no `classes` means everybody; `verified` False
    takes the visitor's own word for it.
    """

    kind: str
    max_age_hours: int | None = None
    classes: frozenset[VisitorClass] = frozenset()
    otherwise: Treatment = Treatment.REFUSE
    verified: bool = True


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
