"""The reckoned tables of docs/scale.md, for two rates at which gates call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from bench.scale.breaking import Bytes, Limits, first_broken
from bench.scale.load import Load, Sizes, Speeds
from bench.scale.needs import machines, streams
from bench.scale.queues import Delays
from bench.scale.simulating import usual_days
from bench.scale.telling import spelt

# As it was for every gate, and as the site tells the gates of a province.
BEATS_S: Final = (5, 120)


def tables(load: Load, sizes: Sizes, speeds: Speeds, cores: int, logs: int) -> list[str]:
    """Machines, what breaks first, and the simulated days, each as Markdown."""
    loads = [replace(load, beat_s=float(beat)) for beat in BEATS_S]
    return [
        _machines(loads, speeds, cores),
        _broken(loads, sizes, speeds),
        _days(loads, speeds, cores, logs),
    ]


def _machines(loads: Sequence[Load], speeds: Speeds, cores: int) -> str:
    heads = [f"beat {beat} s: a second | site, processors | database" for beat in BEATS_S]
    rows = []
    for kinds in zip(*(streams(load, speeds) for load in loads), strict=True):
        asked = [f"{one.a_second:,.0f} | {_few(one.site)} | {_few(one.database)}" for one in kinds]
        rows.append([kinds[0].name, *asked])
    needed = [machines(load, speeds, cores) for load in loads]
    room = [f"| {one.site_cores} ({one.site_machines} of {cores}) | {one.database_cores}" for one in needed]
    rows.append([f"with room (÷ {speeds.used})", *room])
    rows.append(["connections (33 a process)", *(f"| | {one.connections:,}" for one in needed)])
    return _table(["at the peak", *heads], rows)


def _broken(loads: Sequence[Load], sizes: Sizes, speeds: Speeds) -> str:
    rows = []
    for beat, load in zip(BEATS_S, loads, strict=True):
        for one in first_broken(load, speeds, Limits(), Bytes(sizes.bundle, sizes.journal)):
            rows.append([f"{beat} s", f"{one.peak_a_second:,.0f}", f"{one.kiosks:,}", one.part])
    return _table(["beat", "at a second", "gates", "what"], rows)


def _days(loads: Sequence[Load], speeds: Speeds, cores: int, logs: int) -> str:
    rows = []
    for beat, load in zip(BEATS_S, loads, strict=True):
        for one in usual_days(load, speeds, machines(load, speeds, cores).processes, logs):
            found = one.outcome
            longest = (found.web_longest, found.sequencer_longest, found.projector_longest)
            queues = " / ".join(f"{queue:,.0f}" for queue in longest)
            rows.append(
                [f"{beat} s", str(one.processes), str(one.logs), queues, _of(found.signed), _of(found.drawn)]
            )
    delays = ["longest queue: site / signing / desk", "signed p50 / p99 / most", "on the desk"]
    return _table(["beat", "processes", "logs", *delays], rows)


def _of(found: Delays) -> str:
    return " / ".join(spelt(seconds) for seconds in (found.p50_s, found.p99_s, found.max_s))


def _few(processors: float) -> str:
    return f"{processors:.1f}" if processors < 10 else f"{processors:.0f}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    first = _row(heads)
    return "\n".join([first, "|---" * (first.count("|") - 1) + "|", *map(_row, rows)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
