"""Arithmetic: processors, requests, bytes and keys that a load needs, from what one of each costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from bench.scale.load import DAY_S, Cost, Load, Sizes, Speeds

LEAVES_A_CHECKPOINT: Final = 256
# `web.services.signing_keys.issuing`: numbers of keys that enterprises may use up, and how long until each
# makes another.
KEYS_MOST: Final = 50_000
KEY_EVERY_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of request at the peak: how many a second, and the processors that it keeps busy."""

    name: str
    a_second: float
    site: float
    database: float


def streams(load: Load, speeds: Speeds) -> list[Stream]:
    """Everything that gates and phones ask at the peak; a gate that is online sends each entry by itself."""
    beats = load.kiosks / load.beat_s
    asked = (
        ("check-ins of phones", load.peak_a_second * load.phones, speeds.check_in),
        ("entries of gates", load.peak_a_second * (1 - load.phones), speeds.single),
        ("heartbeats", beats, speeds.heartbeat),
        ("news of the venue", beats, speeds.venue),
        ("bundles", beats * changed_within(load.changes_a_day / load.areas, load.beat_s), speeds.bundle),
        (
            "pages of visitors",
            beats * changed_within(load.visitor_changes_a_day / load.areas, load.beat_s),
            speeds.little,
        ),
    )
    return [_stream(name, rate, cost) for name, rate, cost in asked]


def _stream(name: str, rate: float, cost: Cost) -> Stream:
    return Stream(name, rate, rate * cost.site_us / 1e6, rate * cost.database_us / 1e6)


def changed_within(changes_a_day: float, seconds: float) -> float:
    """The chance that a change raised a number within so many seconds (Poisson)."""
    return 1 - math.exp(-changes_a_day * seconds / DAY_S)


@dataclass(frozen=True, slots=True)
class Machines:
    """Processors and machines of the site, and processors of the database, with room left."""

    site_cores: int
    site_machines: int
    database_cores: int
    processes: int
    connections: int


def machines(load: Load, speeds: Speeds, cores: int, connections: int = 33) -> Machines:
    """How many machines of `cores` processors serve the peak; a process for each processor."""
    all_of = streams(load, speeds)
    site = math.ceil(sum(one.site for one in all_of) / speeds.used)
    database = math.ceil(sum(one.database for one in all_of) / speeds.used)
    return Machines(site, math.ceil(site / cores), database, site, site * connections)


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes on disk with all indexes: what a day adds, what goes again, and what a year leaves behind.

    Entries and leaves stay; who they were about is erased after the days that it is kept.
    """

    a_day: float
    personal_kept: float
    entries_a_year: float
    log_a_year: float
    figures_a_year: float
    people: float


def room(load: Load, sizes: Sizes) -> Room:
    """What all entries, leaves, figures and people of a load take."""
    day, year = load.entries_a_day, load.entries_a_day * 365
    return Room(
        a_day=day * (sizes.entry + sizes.personal + sizes.log) + load.venues * sizes.venue_day,
        personal_kept=day * sizes.personal * load.days_kept,
        entries_a_year=year * sizes.entry,
        log_a_year=year * sizes.log,
        figures_a_year=load.venues * sizes.venue_day * 365,
        people=load.people * sizes.person,
    )


def checkpoints_a_day(load: Load, every_s: float = 0.5) -> float:
    """Signed heads a day: one for 256 leaves, and one for what is left of each round."""
    return load.entries_a_day / LEAVES_A_CHECKPOINT + DAY_S / every_s


def years_of_keys(enterprises: int) -> float:
    """After how many years enterprises with visitors have used up the numbers of keys, which never return."""
    return KEYS_MOST / (enterprises * 365 / KEY_EVERY_DAYS)
