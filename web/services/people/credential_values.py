"""What a credential is on its way in and out: as it was typed, as it can be kept, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.credential import APPOINTMENT, KINDS
from domain.errors import InputError
from domain.visitor import cleaned
from web.db.connecting.connection import Record
from web.services.places.places import DEFAULT_ZONE
from web.services.tables import moments

KIND_MOST = 60


class State(StrEnum):
    """What a credential is worth now."""

    VERIFIED = "verified"
    UNSEEN = "unseen"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class Kept(StrEnum):
    """What keeping a credential comes to; the same kind and beginning are the same credential."""

    ADDED = "added"
    VERIFIED = "verified"
    THERE = "there"
    OTHER_END = "other_end"


class Source(StrEnum):
    """Who says so."""

    STAFF = "staff"
    SELF = "self"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Given:
    """A credential as it was typed; `since` empty means unknown, `until` empty that it does not end."""

    kind: str
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Dated:
    """A credential that can be kept; times in Unix milliseconds, None as in `domain.credential`."""

    kind: str
    since_ms: int | None
    until_ms: int | None


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """A credential as pages show it."""

    id: str
    kind: str
    since_ms: int | None
    until_ms: int | None
    state: State
    source: str
    created_ms: int


def checked(given: Given, now_ms: int, zone: str = DEFAULT_ZONE) -> Dated:
    """The credential in normal form; InputError names the first bad field."""
    # A permit may be entered before its first day; a test has none to come, and no last day either.
    since = moments.since_ms(given.since, zone, now_ms, may_come=bool(given.until.strip()))
    until = moments.until_ms(given.until, zone, now_ms, since)
    kind = kind_of(given.kind)
    if kind == APPOINTMENT:
        raise InputError(
            "kind",
            "An appointment comes from a visit that is announced. Announce the visit instead.",
            "预约来自访客预约登记，请改为登记预约。",
        )
    return Dated(kind, since, until)


def kind_of(typed: str) -> str:
    """The kind under its key, whichever of its names was typed; any other stays in its own words."""
    kind = cleaned(typed, "kind", KIND_MOST)
    plain = kind.casefold()
    for key, name in KINDS.items():
        if plain in (key, name.en.casefold(), name.zh):
            return key
    return kind


def compared(there: Record | None, dated: Dated) -> Kept:
    """What keeping a credential would come to beside the same one (or none) that is there."""
    if there is None:
        return Kept.ADDED
    if there.until_ms != dated.until_ms:
        return Kept.OTHER_END
    return Kept.THERE if there.verified else Kept.VERIFIED


def state_of(row: Record, now_ms: int) -> State:
    """What a stored credential is worth at a time."""
    if row.withdrawn_ms is not None:
        return State.WITHDRAWN
    if row.until_ms is not None and row.until_ms <= now_ms:
        return State.ENDED
    return State.VERIFIED if row.verified else State.UNSEEN
