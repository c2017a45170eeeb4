"""What kiosks send and are answered, as the description tells it; a test compares it with the answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from domain.entry import Entry
from web.services.gates.gaps import MOST
from web.services.gates.ingest import ENTRIES_MOST, Result

_Count = Annotated[int, Field(ge=0, lt=2**53)]
_Span = Annotated[list[int], Field(min_length=2, max_length=2)]
# A pair; OpenAPI tools do not agree on how to write one.
_Place = Annotated[list[int | str], Field(min_length=2, max_length=2)]
_Short = Annotated[str, Field(max_length=200)]


class EnrolGiven(BaseModel):
    """A one-time token, and how the new kiosk calls itself."""

    token: _Short
    name: _Short
    version: _Short


class Door(BaseModel):
    """Where a kiosk stands."""

    id: str
    name: str
    venue_id: str
    venue_name: str


class Enrolled(BaseModel):
    """What a new kiosk is given; its credential is shown only now."""

    kiosk_id: str
    credential: str
    entrance: Door


class GapGiven(BaseModel):
    """Numbers that will not come, both included, and why."""

    first: int
    last: int
    cause: Literal["damaged", "vanished", "absent"]
    found_ms: int


class Refused(BaseModel):
    """The head or entry that a gate refuses, and why; docs/formats.md tells the words."""

    why: str
    head: str = ""


class LogGiven(BaseModel):
    """The head of the log that a gate keeps ("" before the first), what it refuses, what it looks for."""

    head: str
    refused: Refused | None = None
    entry: dict[str, Any] | None = None


class BatchGiven(BaseModel):
    """Entries as they were made at the gate, plain or sealed; what is none is answered by itself.

    Nothing that is wrong beside them may keep them from arriving, so it is passed over.
    """

    entries: list[Entry | Any] = Field(description=f"At most {ENTRIES_MOST}.")
    gaps: list[GapGiven | Any] = Field(default_factory=list, description=f"At most {MOST}.")
    settled: list[Any] = Field(
        default_factory=list, description="Ids that the server took or set aside last."
    )
    log: LogGiven | Any = None


class LeafShown(BaseModel):
    """The entry of a gate in the log; `index` alone, and null, while it is under no checkpoint."""

    id: str
    index: int | None
    leaf: str = ""
    hashes: list[str] = Field(default_factory=list)
    salt: str = ""


class BatchTold(BaseModel):
    """What became of each item, in its order, and what the log is now."""

    now_ms: int
    results: list[Result]
    highest_seq: int
    missing: list[_Span]
    checkpoint: str | None
    consistency: list[str] | None
    leaf: LeafShown | None
    gaps: int
    unknown: list[str]


class HeartbeatGiven(BaseModel):
    """How a kiosk is; nothing in it is about people."""

    version: str
    camera: str
    waiting: Annotated[int, Field(ge=0, lt=2**31)]
    bundle_seq: _Count
    foreign: _Count
    settled_seq: _Count = 0
    facts_epoch: str = ""
    facts_seq: _Count = 0
    # What is no number is not known.
    fps: float | Any = None
    clock_offset_ms: int | Any = None
    bundle_age_s: int | Any = None


class HeartbeatTold(BaseModel):
    """The time, newest bundle, place among visitors, what was lost, when to call again, newest passage."""

    now_ms: int
    bundle_seq: int
    facts_epoch: str
    facts_seq: int
    missing: list[_Span]
    rotate: bool
    next_s: int
    venue: _Place


class VenueTold(BaseModel):
    """What passed: [entry, visitor, "in", "out" or "", true time, people, entry taken back]."""

    venue_id: str
    passages: list[list[str | int]]
    after: _Place
    more: bool


class Rotated(BaseModel):
    """A new credential."""

    credential: str


class KioskProblem(BaseModel):
    """What stood against it (RFC 9457), in both languages: a gate shows it to its staff."""

    type: str
    status: int
    detail: str
    detail_zh: str
