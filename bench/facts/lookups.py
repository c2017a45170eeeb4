"""Look-ups as a gate makes them, one visitor after the other, and how long each took."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from bench.facts.people import cti_of
from kiosk.facts.known import KnownVisitors

_BETWEEN_S = 0.002


def looked_up(known: KnownVisitors, count: int, more: Callable[[int], bool]) -> dict[str, float]:
    """Look codes up among `count` visitors, as long as `more(how many so far)`; milliseconds.

    One look-up is what a decision asks: whether the code was withdrawn, and whose it is.
    """
    chance = random.Random(7)  # noqa: S311
    took: list[float] = []
    while more(len(took)):
        cti = cti_of(chance.randrange(count + count // 10))
        began = time.perf_counter()
        known.is_revoked(cti)
        known.by_code(cti)
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(_BETWEEN_S)
    took.sort()
    return {
        "lookups": len(took),
        "p50_ms": round(took[len(took) // 2], 3),
        "p99_ms": round(took[len(took) * 99 // 100], 3),
        "most_ms": round(took[-1], 3),
    }
