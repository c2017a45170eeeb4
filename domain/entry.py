"""The entry: the fact that a decision was taken, as a gate makes it (design §5)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.decision import Decision, Outcome, Presence
from domain.reason import Reason
from domain.venue import Direction

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""An entry's id, in lower case (RFC 9562 §5.7)."""


class Way(StrEnum):
    """How an entry came to be made."""

    KIOSK = "kiosk"
    POSTER = "poster"
    STAFF = "staff"
    IMPORT = "import"
    PAPER = "paper"
    SWEEP = "sweep"


@dataclass(frozen=True, slots=True)
class Clock:
    """What the gate's clocks said; nothing here is ever corrected afterwards (design §5.6).

    `boot_ms` counts since the machine started and cannot be set; `offset_ms` is server minus gate as
    last measured `offset_age_ms` ago, both None when the gate never reached the server.
    """

    boot_id: str
    boot_ms: int
    offset_ms: int | None = None
    offset_age_ms: int | None = None


@dataclass(frozen=True, slots=True)
class PrivateRecord:
    """The part that says who: kept apart, erased when its time is over, only committed to in the log.

    `name` and `phone` are those of somebody registered at the gate, `occupants` the phones of the others in
    their vehicle. `details` are the values of the reason's sentence, so that it can be said again.
    """

    visitor_id: str = ""
    cti: str = ""
    temperature_tenths: int | None = None
    plate: str = ""
    companions: int = 0
    name: str = ""
    phone: str = ""
    occupants: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One passage, admitted or not. Times are Unix milliseconds by the clock of whoever made it.

    `corrects` is the id of an entry that this one takes back: entries are never changed.
    """

    id: str
    device: str
    seq: int
    venue: str
    entrance: str
    direction: Direction
    at_ms: int
    outcome: Outcome
    reason: Reason
    presence: Presence
    way: Way
    policy_version: int
    bundle_seq: int
    clock: Clock
    private: PrivateRecord
    corrects: str = ""


def uuid7(at_ms: int, random: bytes) -> str:
    """A version 7 UUID (RFC 9562 §5.7) of a time and 10 random bytes: sorts by the time it was made."""
    if len(random) < 10:
        raise ValueError("a version 7 UUID takes 10 random bytes")
    value = (at_ms & (2**48 - 1)) << 80 | int.from_bytes(random[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def is_entry_id(text: str) -> bool:
    """Whether a text can be the id of an entry: a version 7 UUID in lower case."""
    return UUID7.fullmatch(text) is not None


def people_in(entry: Entry) -> int:
    """How many people passed: who showed the code, companions and whoever sat in the vehicle."""
    return 1 + entry.private.companions + len(entry.private.occupants)


def made_ms(entry_id: str) -> int:
    """The time in a version 7 UUID, Unix milliseconds: that by which the gate judged."""
    return int(entry_id[:8] + entry_id[9:13], 16)


def entry_of(
    decision: Decision,
    *,
    identity: str,
    device: str,
    seq: int,
    venue: str,
    entrance: str,
    direction: Direction,
    at_ms: int,
    way: Way,
    policy_version: int,
    bundle_seq: int,
    clock: Clock,
    temperature_tenths: int | None = None,
    plate: str = "",
    companions: int = 0,
    name: str = "",
    phone: str = "",
    occupants: tuple[str, ...] = (),
    corrects: str = "",
    confidential: bool = False,
) -> Entry:
    """The entry that records a decision; a confidential venue counts people and keeps nothing of who."""
    counted = PrivateRecord(companions=companions + len(occupants), details=dict(decision.values))
    named = PrivateRecord(
        visitor_id=decision.visitor.visitor_id if decision.visitor else "",
        cti=decision.code.cti.hex() if decision.code else "",
        temperature_tenths=temperature_tenths,
        plate=plate,
        companions=companions,
        name=name,
        phone=phone,
        occupants=occupants,
        details=dict(decision.values),
    )
    return Entry(
        identity, device, seq, venue, entrance, direction, at_ms, decision.outcome, decision.reason,
        decision.presence, way, policy_version, bundle_seq, clock, counted if confidential else named,
        corrects,
    )  # fmt: skip
