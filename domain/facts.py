"""What is known where and when a decision is taken: values, never looked up later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.code import VerifyingKey
from domain.credential import Credential
from domain.hold import Hold
from domain.visitor import VisitorClass


@dataclass(frozen=True, slots=True)
class VisitorFacts:
    """What the place that decides knows about one visitor; no name or phone is needed.

    `areas` are places the visitor is known to have been, each with when (Unix milliseconds). `owner` is the
    enterprise whose visitor this is, "" where that was not told (older servers).
    """

    visitor_id: str
    visitor_class: VisitorClass
    holds: tuple[Hold, ...] = ()
    credentials: tuple[Credential, ...] = ()
    areas: tuple[tuple[str, int], ...] = ()
    masked_name: str = ""
    short_number: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle at the gate: everyone in it is counted, and gives a phone."""

    plate: str
    occupants: int
    phones: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """All that is known where and when the decision is taken."""

    keys: tuple[VerifyingKey, ...] = ()
    is_revoked: Callable[[bytes], bool] = lambda cti: False
    visitor_of: Callable[[bytes], VisitorFacts | None] = lambda cti: None
    is_inside: Callable[[str], bool] = lambda visitor_id: False
    people_inside: int | None = None
    bundle_age_ms: int = 0
    temperature_tenths: int | None = None
    vehicle: Vehicle | None = None
    companions: int = 0

    @property
    def people_coming(self) -> int:
        """Who is decided about, with companions and whoever else sits in the vehicle."""
        return self.companions + (max(1, self.vehicle.occupants) if self.vehicle else 1)
