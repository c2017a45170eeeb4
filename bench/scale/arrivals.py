"""A day of arrivals minute by minute: night, noon, evening, and a morning as steep as the peak asks."""

from __future__ import annotations

import math
from typing import Final

from bench.scale.load import Load

MINUTES: Final = 1_440
_MORNING_H: Final = 8.3
_MORNING_SHARE: Final = 0.25
# Hour, spread in hours, share of the day's entries; what is left over comes evenly at any time.
_REST: Final = ((12.1, 0.8, 0.20), (13.5, 0.8, 0.20), (18.0, 1.3, 0.28))
# Kiosks that are cut off: from when, until when, and within how long they deliver, in minutes.
CUT_FROM: Final = 7 * 60 + 30
CUT_UNTIL: Final = 9 * 60 + 30
CUT_SPREAD: Final = 5


def day(load: Load) -> list[float]:
    """Entries made in each minute; their sum is the day's, their greatest the peak's.

    ValueError where no morning can be that steep or that flat.
    """
    narrow, wide = 0.01, 12.0
    if not _peak(load, wide) <= load.peak_a_second <= _peak(load, narrow):
        raise ValueError(
            f"a day of {load.entries_a_day:,} entries has no minute of {load.peak_a_second:,.0f} a second"
        )
    for _ in range(60):
        middle = (narrow + wide) / 2
        narrow, wide = (middle, wide) if _peak(load, middle) > load.peak_a_second else (narrow, middle)
    return _curve(load.entries_a_day, narrow)


def arriving(load: Load) -> list[float]:
    """The same as it reaches the site: gates that were cut off deliver later, all at once."""
    made, share = day(load), (1 - load.phones) * load.cut_off
    late = [minute * share if CUT_FROM <= at < CUT_UNTIL else 0.0 for at, minute in enumerate(made)]
    back = sum(late) / CUT_SPREAD
    return [
        minute - late[at] + (back if CUT_UNTIL <= at < CUT_UNTIL + CUT_SPREAD else 0.0)
        for at, minute in enumerate(made)
    ]


def _peak(load: Load, spread_h: float) -> float:
    return max(_curve(load.entries_a_day, spread_h)) / 60


def _curve(entries: float, spread_h: float) -> list[float]:
    humps = (*_REST, (_MORNING_H, spread_h, _MORNING_SHARE))
    flat = 1 - sum(share for _, _, share in humps)
    found = [flat / MINUTES] * MINUTES
    for hour, spread, share in humps:
        weights = [math.exp(-(((at + 0.5) / 60 - hour) ** 2) / (2 * spread**2)) for at in range(MINUTES)]
        whole = sum(weights)
        found = [sofar + share * weight / whole for sofar, weight in zip(found, weights, strict=True)]
    return [entries * share for share in found]
