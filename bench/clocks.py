"""The clocks that benches of running programs go by, handed down from the command's root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clocks:
    """`now` gives Unix seconds, `seconds` those of a monotonic clock."""

    now: Callable[[], float]
    seconds: Callable[[], float]
