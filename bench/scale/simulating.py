"""The simulated day at several sizes of the site, and what each of them makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bench.scale.arrivals import arriving
from bench.scale.load import Load, Speeds
from bench.scale.needs import streams
from bench.scale.queues import Outcome, run

# No processor is ever busy all the time.
_BUSY: Final = 0.9


@dataclass(frozen=True, slots=True)
class Simulated:
    """A day with so many processes of the site, and as many logs with a sequencer and a projector each."""

    processes: int
    logs: int
    outcome: Outcome


def usual_days(load: Load, speeds: Speeds, full: int, logs: int) -> list[Simulated]:
    """The day with too few processes, nearly enough, all, and all with so many logs."""
    return days(load, speeds, [(full * 3 // 5, 1), (full * 7 // 10, 1), (full, 1), (full, logs)])


def days(load: Load, speeds: Speeds, sizes: Iterable[tuple[int, int]]) -> list[Simulated]:
    """The day for each pair of processes and logs; entries take what heartbeats and the like leave."""
    came = arriving(load)
    return [
        Simulated(
            processes,
            logs,
            run(
                came,
                entries_a_second(load, speeds, processes),
                speeds.sequenced_a_second * logs,
                speeds.drawn_a_second * logs,
            ),
        )
        for processes, logs in sizes
    ]


def entries_a_second(load: Load, speeds: Speeds, processes: int) -> float:
    """How many entries a second so many processes take beside all else, 0 if not even that."""
    all_of = streams(load, speeds)
    beside = sum(one.site for one in all_of[2:])
    each_us = (1 - load.phones) * speeds.single.site_us + load.phones * speeds.check_in.site_us
    return max(0.0, processes * _BUSY - beside) * 1e6 / each_us
