"""What staff see of a kiosk: values, sorted by what needs attention."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Presence(StrEnum):
    """Whether a kiosk can be heard."""

    SILENT = "silent"
    QUIET = "quiet"
    NEVER = "never"
    ONLINE = "online"
    WITHDRAWN = "withdrawn"


class Need(StrEnum):
    """What about a kiosk needs somebody, the gravest first."""

    SILENT = "silent"
    CAMERA = "camera"
    LOG = "log"
    LOST = "lost"
    CLOCK = "clock"
    RULES = "rules"
    WAITING = "waiting"
    ASIDE = "aside"
    SLOW = "slow"
    START = "start"


_NEEDS = tuple(Need)


@dataclass(frozen=True, slots=True)
class Unit:
    """One kiosk. Times in Unix milliseconds; `clock_offset_ms` is gate minus server; None is not known."""

    id: str
    name: str
    presence: Presence
    needs: tuple[Need, ...]
    seen_ms: int | None
    enrolled_ms: int
    revoked_ms: int | None
    version: str
    camera: str
    fps_tenths: int
    waiting: int
    aside: int
    foreign: int
    clock_offset_ms: int | None
    bundle_age_s: int | None
    has_newest_rules: bool
    facts_behind: int
    rotating: bool
    witnessed_size: int
    witnessed_ms: int | None
    entrance_id: str
    entrance_name: str
    venue_id: str
    venue_name: str
    enterprise_id: str
    enterprise_name: str
    time_zone: str

    @property
    def urgency(self) -> tuple[int, int]:
        """Sorts what needs attention first, and what is over last."""
        over = self.presence is Presence.WITHDRAWN
        return int(over), min((_NEEDS.index(need) for need in self.needs), default=len(_NEEDS))


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that was found about a kiosk; `settled_ms` is None while it is open."""

    id: int
    kind: str
    found_ms: int
    settled_ms: int | None
    resolution: str
    in_inbox: bool


@dataclass(frozen=True, slots=True)
class Stay:
    """Where a kiosk stood, and from when on."""

    since_ms: int
    entrance_name: str
    venue_name: str


@dataclass(frozen=True, slots=True)
class Door:
    """An entrance that a kiosk can be moved to."""

    id: str
    name: str
    venue_id: str
    venue_name: str
    enterprise_id: str
    enterprise_name: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One kiosk with its history and where else it could stand."""

    unit: Unit
    alerts: tuple[Alert, ...] = ()
    stays: tuple[Stay, ...] = ()
    doors: tuple[Door, ...] = ()


class EnrolmentState(StrEnum):
    """What became of an enrolment code."""

    WAITING = "waiting"
    USED = "used"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Watched:
    """An enrolment code as its page follows it; the kiosk's name and id once it was used."""

    state: EnrolmentState
    kiosk_id: str = ""
    name: str = ""
