"""Enterprises, venues, posters and kiosks as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.venue import PosterState, VenueState, poster_symbols, poster_url
from web.db.connecting.connection import Record
from web.services.installation import Installation

RESTORED_WITHIN_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    """An enterprise as lists show it."""

    id: str
    name: str
    credit_code: str
    venues: int
    entries_today: int
    area_id: str
    area_name: str
    kind: str
    size_class: str
    liaison_id: str


@dataclass(frozen=True, slots=True)
class VenueRow:
    """A venue as lists show it, with today's figures (a day of the default zone)."""

    id: str
    name: str
    address: str
    kind: str
    state: str
    enterprise_id: str
    enterprise_name: str
    entrances: int
    admitted_today: int
    refused_today: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class PosterRow:
    """A poster; `symbols` are the 26 of its URL."""

    id: str
    symbols: str
    short_number: str
    serial: int
    state: str
    issued_ms: int
    url: str
    printed_ms: int | None
    posted_ms: int | None
    used_ms: int | None
    revoked_ms: int | None
    may_be_restored: bool


@dataclass(frozen=True, slots=True)
class KioskRow:
    """A kiosk as staff see it."""

    id: str
    name: str
    seen_ms: int | None
    camera: str
    waiting: int
    revoked_ms: int | None
    entrance_id: str
    entrance_name: str
    venue_name: str
    version: str
    has_gaps: bool


@dataclass(frozen=True, slots=True)
class EntranceDetail:
    """An entrance with everything that belongs to it."""

    id: str
    name: str
    posters: tuple[PosterRow, ...]
    kiosks: tuple[KioskRow, ...]

    def replaced_by(self, poster: PosterRow) -> tuple[PosterRow, ...]:
        """The older posters that still count where this one is, or is to be, in their place."""
        return tuple(one for one in self.posters if one.serial < poster.serial and one.revoked_ms is None)


@dataclass(frozen=True, slots=True)
class VenueDetail:
    """A venue with its entrances; one that `surrounds` its area holds whoever is in a venue of it."""

    row: VenueRow
    capacity: int | None
    surrounds: bool
    entrances: tuple[EntranceDetail, ...]

    @property
    def to_print(self) -> tuple[PosterRow, ...]:
        """The posters that have to be printed before the venue, which was approved, can open."""
        if self.row.state != VenueState.APPROVED:
            return ()
        every = (poster for door in self.entrances for poster in door.posters)
        return tuple(poster for poster in every if poster.state == PosterState.ISSUED)


def may_be_restored(revoked_ms: int | None, now_ms: int) -> bool:
    """Whether a poster was withdrawn so recently that it may have been a slip."""
    return revoked_ms is not None and now_ms - revoked_ms <= RESTORED_WITHIN_MS


def poster_shown(inst: Installation, row: Record, used_ms: int | None = None) -> PosterRow:
    """A poster's row as pages show it; `used_ms` is when somebody first came in by it."""
    identity = bytes.fromhex(row.id)
    return PosterRow(
        row.id,
        poster_symbols(identity),
        row.short_number,
        row.serial,
        row.state,
        row.issued_ms,
        poster_url(inst.settings.base_url, identity),
        row.printed_ms,
        row.posted_ms,
        used_ms,
        row.revoked_ms,
        may_be_restored(row.revoked_ms, inst.now_ms()),
    )


def kiosk_shown(row: Record) -> KioskRow:
    """A kiosk's row as pages show it."""
    return KioskRow(
        row.id, row.name, row.seen_ms, row.camera, row.waiting, row.revoked_ms,
        row.entrance_id, row.entrance_name, row.venue_name, row.version, bool(row.has_gaps),
    )  # fmt: skip


def enterprise_shown(row: Record) -> EnterpriseRow:
    """An enterprise's row as pages show it."""
    return EnterpriseRow(
        row.id, row.name, row.credit_code, row.venues, row.entries_today,
        row.area_id, row.area_name, row.kind, row.size_class, row.liaison_id or "",
    )  # fmt: skip


def venue_shown(row: Record) -> VenueRow:
    """A venue's row as pages show it."""
    return VenueRow(
        row.id, row.name, row.address, row.kind, row.state, row.enterprise_id, row.enterprise_name,
        row.entrances, row.admitted_today, row.refused_today, row.time_zone,
    )  # fmt: skip
