"""What is asked of an installation, and how fast its parts are: where all arithmetic starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Load:
    """A province by default. Shares are between 0 and 1; `beat_s` is how often a gate calls."""

    people: int = 25_000_000
    entries_a_day: int = 100_000_000
    peak_a_second: float = 8_000.0
    days_kept: int = 28
    kiosks: int = 100_000
    venues: int = 1_000_000
    enterprises: int = 300_000
    # Entries that phones make at posters; the others come from kiosks.
    phones: float = 0.15
    # Kiosks that are cut off in the morning and deliver when they are back.
    cut_off: float = 0.02
    beat_s: float = 5.0
    # Streets and parks: the gates of one hear of a change there (1: of every change).
    areas: int = 1_500
    # Changes of rules, places, keys and settings: each raises the number of the bundles of one area's gates.
    changes_a_day: int = 5_000
    # Changes to what gates know of visitors, new ones among them: each raises the end of one area's stream.
    visitor_changes_a_day: int = 500_000

    @property
    def mean_a_second(self) -> float:
        """Entries a second over the whole day."""
        return self.entries_a_day / DAY_S


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds of a processor that one of something takes, on the site's side and the database's."""

    site_us: float
    database_us: float


@dataclass(frozen=True, slots=True)
class Speeds:
    """What each thing costs; `sequenced` and `drawn` a second are what one process does alone."""

    check_in: Cost
    single: Cost
    batched: Cost
    heartbeat: Cost
    venue: Cost
    bundle: Cost
    little: Cost
    sequenced_a_second: float
    drawn_a_second: float
    # How much of a processor is planned for; the rest is for bad moments.
    used: float = 0.6


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes: in PostgreSQL with all indexes, and of a gate's requests (up and down) over the wire."""

    entry: float
    personal: float
    log: float
    venue_day: float
    person: float
    heartbeat: float
    venue: float
    single: float
    batched: float
    bundle: float
    little: float
    visitor: float
    tiles: float
    # What the database writes into its journal for an entry.
    journal: float
