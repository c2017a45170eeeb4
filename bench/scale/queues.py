"""A day through three queues, first come first served: web processes, the sequencer, the projector."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

# How long a stage takes when nobody waits: a request, half a round of the sequencer, half of the projector's.
_REQUEST_S: Final = 0.05
_HALF_A_ROUND_S: Final = 0.25
# A queue that is not empty after so many days more never will be.
_DAYS_MORE: Final = 2


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds from an entry's arrival at the site: half, 99 of 100, and all were quicker."""

    p50_s: float
    p99_s: float
    max_s: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Longest queue before each stage, and how long it took to be signed and to be on the desk."""

    web_longest: float
    sequencer_longest: float
    projector_longest: float
    signed: Delays
    drawn: Delays
    # Entries that were still waiting when the model gave up.
    never: float


def served(arriving: Sequence[float], a_minute: float) -> tuple[list[float], float]:
    """What leaves a stage in each minute, and its longest queue, if it can do `a_minute`."""
    left: list[float] = []
    queue = longest = 0.0
    for arrived in arriving:
        done = min(queue + arrived, a_minute)
        queue += arrived - done
        longest = max(longest, queue)
        left.append(done)
    return left, longest


def run(arriving: Sequence[float], web: float, sequencer: float, projector: float) -> Outcome:
    """A day through the stages, of which each can do so many entries a second.

    Nothing arrives afterwards, and the model goes on until the queues are empty, for two days at most.
    """
    whole = [*arriving, *[0.0] * (len(arriving) * _DAYS_MORE)]
    taken, web_longest = served(whole, web * 60)
    signed, sequencer_longest = served(taken, sequencer * 60)
    drawn, projector_longest = served(signed, projector * 60)
    return Outcome(
        web_longest,
        sequencer_longest,
        projector_longest,
        _delays(whole, signed, _REQUEST_S + _HALF_A_ROUND_S),
        _delays(whole, drawn, _REQUEST_S + 2 * _HALF_A_ROUND_S),
        sum(whole) - sum(drawn),
    )


def _delays(arriving: Sequence[float], leaving: Sequence[float], least_s: float) -> Delays:
    """Of the entry in the middle of each minute, weighted by how many came then."""
    before, after = [0.0, *accumulate(arriving)], [0.0, *accumulate(leaving)]
    found: list[tuple[float, float]] = []
    for minute, count in enumerate(arriving):
        if count > 0:
            middle = before[minute] + count / 2
            left_at = _reached(after, middle)
            found.append((least_s + max(0.0, left_at - minute - 0.5) * 60, count))
    found.sort()
    return Delays(_quantile(found, 0.5), _quantile(found, 0.99), found[-1][0])


def _reached(sums: Sequence[float], count: float) -> float:
    """At which minute a running sum reaches a count; the end when it never does."""
    at = bisect_left(sums, count)
    if at >= len(sums):
        return float(len(sums) - 1)
    low, high = sums[at - 1], sums[at]
    return at - 1 + (count - low) / (high - low)


def _quantile(weighted: Sequence[tuple[float, float]], share: float) -> float:
    wanted, sofar = share * sum(weight for _, weight in weighted), 0.0
    for value, weight in weighted:
        sofar += weight
        if sofar >= wanted:
            return value
    return weighted[-1][0]
