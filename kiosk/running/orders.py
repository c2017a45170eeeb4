"""What a kiosk is asked to do when it starts, and where its words for the operator go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from domain.venue import Direction
from domain.wording import Sentence


@dataclass(frozen=True, slots=True)
class Orders:
    """What `run` was asked for; `memory` is a folder that a power cut empties."""

    home: Path
    source: str
    port: int
    direction: Direction | None
    loop: bool
    again_within_s: float
    thermometer: Path | None = None
    memory: Path | None = None
    notify_socket: str = ""
    watchdog_us: int = 0


@dataclass(frozen=True, slots=True)
class Console:
    """Where lines for the operator go: answers and readiness, and trouble in both languages."""

    say: Callable[[str], None]
    warn: Callable[[Sentence], None]
