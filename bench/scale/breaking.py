"""What breaks first: the load is raised step by step, and each part is told when it can no longer follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bench.scale.load import Load, Speeds
from bench.scale.needs import streams, years_of_keys

# Steps of the load, as shares of the one that was asked for: from a thousandth to ten times, a tenth each.
STEPS: Final = tuple(0.001 * 1.1**n for n in range(97))


@dataclass(frozen=True, slots=True)
class Limits:
    """What one installation has: processors of one database, bytes a second of line and journal."""

    database_cores: int = 64
    line_mb_s: float = 1_250.0
    journal_mb_s: float = 500.0
    connections: int = 5_000


@dataclass(frozen=True, slots=True)
class Broken:
    """The first step at which a part could not follow, with its peak and its gates."""

    part: str
    step: float
    peak_a_second: float
    kiosks: int


@dataclass(frozen=True, slots=True)
class Bytes:
    """What goes over the line for a bundle, and into the database's journal for an entry."""

    bundle: float
    entry: float


def at(load: Load, step: float) -> Load:
    """The same province at another size; the day keeps its shape."""
    return replace(
        load,
        people=round(load.people * step),
        entries_a_day=round(load.entries_a_day * step),
        peak_a_second=load.peak_a_second * step,
        kiosks=round(load.kiosks * step),
        venues=round(load.venues * step),
        enterprises=round(load.enterprises * step),
        areas=max(1, round(load.areas * step)),
        changes_a_day=round(load.changes_a_day * step),
        visitor_changes_a_day=round(load.visitor_changes_a_day * step),
    )


def first_broken(load: Load, speeds: Speeds, limits: Limits, each: Bytes) -> list[Broken]:
    """The parts in the order in which they break; those that hold up to the last step are left out."""
    found: list[Broken] = []
    for part, breaks in _parts(speeds, limits, each).items():
        step = next((step for step in STEPS if breaks(at(load, step))), None)
        if step is not None:
            there = at(load, step)
            found.append(Broken(part, step, there.peak_a_second, there.kiosks))
    return sorted(found, key=lambda broken: broken.step)


def _parts(speeds: Speeds, limits: Limits, each: Bytes) -> dict[str, Callable[[Load], bool]]:
    def bundles(load: Load) -> float:
        return next(one.a_second for one in streams(load, speeds) if one.name == "bundles")

    def processors(load: Load) -> tuple[float, float]:
        all_of = streams(load, speeds)
        return sum(one.site for one in all_of), sum(one.database for one in all_of)

    return {
        "projector behind at the peak": lambda load: load.peak_a_second > speeds.drawn_a_second,
        "projector never catches up": lambda load: load.mean_a_second > speeds.drawn_a_second,
        "sequencer behind at the peak": lambda load: load.peak_a_second > speeds.sequenced_a_second,
        "sequencer never catches up": lambda load: load.mean_a_second > speeds.sequenced_a_second,
        "numbers of keys gone within a year": lambda load: (
            load.enterprises > 0 and years_of_keys(load.enterprises) < 1
        ),
        "one database's processors": lambda load: processors(load)[1] > limits.database_cores * speeds.used,
        "connections of one database": lambda load: (
            processors(load)[0] / speeds.used * 33 > limits.connections
        ),
        "one line of bundles": lambda load: bundles(load) * each.bundle / 1e6 > limits.line_mb_s,
        "one database's journal": lambda load: load.peak_a_second * each.entry / 1e6 > limits.journal_mb_s,
    }
