"""Tells systemd that the kiosk is ready and alive (sd_notify(3)); without it, nothing is told to nobody."""

from __future__ import annotations

from collections.abc import Callable

from machine.notifying import notified


class Pulse:
    """Says WATCHDOG=1 a few times within the allowed time, for as long as frames and codes are worked on."""

    def __init__(self, address: str, watchdog_us: int, seconds: Callable[[], float]) -> None:
        """`address` is NOTIFY_SOCKET ("" for none), `watchdog_us` WATCHDOG_USEC, `seconds` a steady clock."""
        self._address, self._seconds = address, seconds
        self._every_s = watchdog_us / 3_000_000
        self._last_s, self._steps = seconds(), 0

    def ready(self) -> None:
        """The gate can be used."""
        notified(self._address, "READY=1")

    def beat(self, steps: int) -> None:
        """Called again and again with the steps done so far: when these stand still, nothing is told."""
        now_s = self._seconds()
        if not self._every_s or now_s - self._last_s < self._every_s or steps == self._steps:
            return
        self._last_s, self._steps = now_s, steps
        notified(self._address, "WATCHDOG=1")

    def stopping(self) -> None:
        """The kiosk ends by intention, or says why not."""
        notified(self._address, "STOPPING=1")
