"""When an entry really happened, as far as its gate's clocks tell it; the entry itself is never rewritten."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.entry import Clock, Entry, made_ms

SYNCED_MS = 600_000
APART_MS = 300_000


class TimeQuality(StrEnum):
    """How sure the time is. Values are stored: never rename, only add."""

    SYNCED = "synced"
    HOLDOVER = "holdover"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TrueTime:
    """Unix milliseconds by the server's clock, as near as can be told."""

    ms: int
    quality: TimeQuality


def true_time(entry: Entry, received_ms: int) -> TrueTime:
    """When an entry happened that arrived at `received_ms` by the server's clock.

    The gate's wall clock with the offset it measured; SYNCED if that was within ten minutes, HOLDOVER if it
    was carried on for longer by the count since boot. A gate that never measured is believed no earlier
    than the time it judged by, which keeps above everything the server ever signed for it. Nothing happened
    after it arrived: a time that says so by more than five minutes says nothing.
    """
    clock = entry.clock
    if clock.offset_ms is None:
        estimate, quality = max(entry.at_ms, made_ms(entry.id)), TimeQuality.UNKNOWN
    else:
        estimate, quality = entry.at_ms + clock.offset_ms, _quality(clock)
    if not 0 <= estimate <= received_ms + APART_MS:
        quality = TimeQuality.UNKNOWN
    return TrueTime(min(max(estimate, 0), received_ms), quality)


def _quality(clock: Clock) -> TimeQuality:
    fresh = clock.offset_age_ms is not None and clock.offset_age_ms < SYNCED_MS
    return TimeQuality.SYNCED if fresh else TimeQuality.HOLDOVER
