"""Holds: flags on a visitor that stop a gate from deciding alone, with what the guard has to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.wording import Sentence


class HoldLevel(StrEnum):
    """How grave a hold is. The visitor and the public screen never learn it, only the guard does."""

    YELLOW = "yellow"
    RED = "red"


LEVEL_NAMES: dict[HoldLevel, Sentence] = {
    HoldLevel.YELLOW: Sentence("Yellow", "黄色"),
    HoldLevel.RED: Sentence("Red", "红色"),
}
LEVEL_ORDERS: dict[HoldLevel, Sentence] = {
    HoldLevel.YELLOW: Sentence("Check in person before you let them in.", "须当面核实后方可放行。"),
    HoldLevel.RED: Sentence(
        "Do not let them in. Call whoever is named here.", "不得放行，请联系此处所列人员。"
    ),
}


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold as gates know it: when it ends (Unix milliseconds) and the guard's instruction; no reason.

    Why it was set, by whom and how to appeal stay at the server: a gate has no need to know.
    """

    level: HoldLevel
    until_ms: int | None = None
    instruction: str = ""


def in_force(holds: tuple[Hold, ...], now_ms: int) -> tuple[Hold, ...]:
    """The holds that are not over, red before yellow."""
    if not holds:
        return ()
    alive = [hold for hold in holds if hold.until_ms is None or hold.until_ms > now_ms]
    return tuple(sorted(alive, key=lambda hold: hold.level is not HoldLevel.RED))
