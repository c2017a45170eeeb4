"""What one request may read of a replica: how new it must be, and what came of it, to be told on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """Whether a replica can be asked: it follows, is far behind, does not answer, or is not ours."""

    FOLLOWS = "follows"
    BEHIND = "behind"
    AWAY = "away"
    STRANGE = "strange"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the primary's journal, in bytes, and the time there by its own clock (Unix milliseconds)."""

    lsn: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Age:
    """How a replica stood at `measured_ms` of the site's clock: what was committed until `reached` is on it.

    `behind_ms` is how long before the measurement that was; without meaning unless it answered.
    """

    standing: Standing
    measured_ms: int
    behind_ms: int = 0
    reached: Mark = Mark(0, 0)

    def behind_at(self, now_ms: int) -> int:
        """How many milliseconds old what it shows may be: it may have moved on since it was measured."""
        return max(0, self.behind_ms + now_ms - self.measured_ms)


@dataclass(slots=True)
class Looking:
    """One request that may read a replica: nothing older than `least`.

    `age` is that of the replica where it was read, `refused` says why the primary was asked in its place;
    neither, while nothing was read, or because somebody is to see what they just saved.
    """

    least: Mark | None = None
    age: Age | None = None
    refused: Standing | None = None
    is_over: bool = False

    def give_up(self, why: Standing | None) -> None:
        """Ask the primary alone from here on, so that a page jumps between two moments once at most."""
        self.refused, self.is_over = why, True


_LOOKING: ContextVar[Looking | None] = ContextVar("looking", default=None)


def looking() -> Looking | None:
    """How what runs now may look; None for whoever has to read the primary, as everybody but a page does."""
    return _LOOKING.get()


@contextmanager
def allowed(look: Looking) -> Iterator[Looking]:
    """Let what runs within read a replica."""
    token = _LOOKING.set(look)
    try:
        yield look
    finally:
        _LOOKING.reset(token)


def allow(look: Looking | None) -> None:
    """Let what this thread does from now on read a replica, or the primary alone."""
    _LOOKING.set(look)
