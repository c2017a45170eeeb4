"""The gate's clock: wall time, the machine's own count since it started, and the server's time (design §5.6).

Judging uses the server's time as soon as it was measured once since the machine started, carried on by
the count since boot, so that setting the wall clock changes nothing. Without it, the wall clock is used,
and a floor stops it from going back behind the last entry or bundle. A floor that came from our own
entries gives way to a measurement: one night with a wrong clock must not close the gate for a year.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from domain.entry import Clock

SLOWEST_ANSWER_MS = 5_000


@dataclass(frozen=True, slots=True)
class Machine:
    """What the operating system says, as the root wires it; times in milliseconds.

    `counts_sleep` is whether `boot_ms` goes on while the machine sleeps (Linux's CLOCK_BOOTTIME does).
    """

    wall_ms: Callable[[], int]
    boot_ms: Callable[[], int]
    boot_id: str
    counts_sleep: bool = True


@dataclass(frozen=True, slots=True)
class Anchor:
    """The server's time at one moment of this machine's count; good until the machine restarts."""

    boot_id: str
    boot_ms: int
    wall_ms: int
    server_ms: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """One moment: the time to judge by, the raw wall clock, and what every entry keeps of the clocks."""

    now_ms: int
    wall_ms: int
    clock: Clock


class GateClock:
    """Tells the time to judge by; safe to use from several threads."""

    def __init__(self, machine: Machine, anchor: Anchor | None = None) -> None:
        self._machine = machine
        self._anchor = anchor if anchor and anchor.boot_id == machine.boot_id else None
        self._own_floor = 0
        self._signed_floor = 0
        self._lock = threading.Lock()

    @property
    def anchor(self) -> Anchor | None:
        """The last measurement, to be kept over a restart of the program."""
        return self._anchor

    def boot_ms(self) -> int:
        """Milliseconds since the machine started; only for spans of time."""
        return self._machine.boot_ms()

    def measured(self, server_ms: int, sent_ms: int, received_ms: int) -> bool:
        """Take the server's time as that of the middle of a round trip (both ends in `boot_ms`).

        False if the answer took so long that it says nothing.
        """
        if not 0 <= received_ms - sent_ms <= SLOWEST_ANSWER_MS:
            return False
        boot_ms, wall_ms = self._machine.boot_ms(), self._machine.wall_ms()
        at_now = server_ms + boot_ms - (sent_ms + received_ms) // 2
        with self._lock:
            self._anchor = Anchor(self._machine.boot_id, boot_ms, wall_ms, at_now)
            self._own_floor = min(self._own_floor, at_now)
        return True

    def not_before_own(self, at_ms: int) -> None:
        """Never judge earlier than our own last entry, unless the server says that its time was wrong."""
        with self._lock:
            if self._anchor is None:
                self._own_floor = max(self._own_floor, at_ms)

    def not_before_signed(self, at_ms: int) -> None:
        """Never judge earlier than a time that the server signed or gave."""
        with self._lock:
            self._signed_floor = max(self._signed_floor, at_ms)

    def now_ms(self) -> int:
        """The time to judge by, Unix milliseconds."""
        return self.stamp().now_ms

    def stamp(self) -> Stamp:
        """This moment, with the clock fields of an entry."""
        wall_ms, boot_ms = self._machine.wall_ms(), self._machine.boot_ms()
        with self._lock:
            anchor = self._anchor
            floor = max(self._own_floor, self._signed_floor)
        if anchor is None:
            return Stamp(max(wall_ms, floor), wall_ms, Clock(self._machine.boot_id, boot_ms))
        carried = anchor.server_ms + boot_ms - anchor.boot_ms
        if not self._machine.counts_sleep:
            # After a sleep the count is behind: then the wall clock with the offset of then is nearer.
            # Only ever forward: a later time can make a code expire, never revive it.
            carried = max(carried, wall_ms + anchor.server_ms - anchor.wall_ms)
        clock = Clock(self._machine.boot_id, boot_ms, carried - wall_ms, max(0, boot_ms - anchor.boot_ms))
        return Stamp(max(carried, floor), wall_ms, clock)
