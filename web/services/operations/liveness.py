"""Tells systemd that the site is ready and alive, in the protocol of sd_notify(3), and only while it is."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from typing import Final

from machine.notifying import notified

_ANSWER_WITHIN_S: Final = 5.0
_OFTEN_S: Final = 1.0


def answers(host: str, port: int) -> bool:
    """Whether the site answers a request over its own socket, by one of the threads that serve visitors."""
    there = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    connection = http.client.HTTPConnection(there, port, timeout=_ANSWER_WITHIN_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Pulse:
    """A thread that says READY=1 at the first sign of life and WATCHDOG=1 at every further one.

    A sign that does not come is not told: then the supervisor starts the process again.
    """

    def __init__(
        self, address: str, watchdog_us: int, is_alive: Callable[[], bool], begin: Callable[[], None]
    ) -> None:
        """`begin` is called before READY=1 is said."""
        self._address, self._is_alive, self._begin = address, is_alive, begin
        # Three signs within the time that the supervisor allows.
        self._every_s = watchdog_us / 3_000_000 if watchdog_us else 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        if address:
            self._thread.start()

    def stop(self) -> None:
        """Say that the process ends by intention."""
        self._stopping.set()
        notified(self._address, "STOPPING=1")

    def _run(self) -> None:
        while not self._is_alive():
            if self._stopping.wait(_OFTEN_S / 4):
                return
        self._begin()
        notified(self._address, "READY=1")
        while self._every_s and not self._stopping.wait(self._every_s):
            if self._is_alive():
                notified(self._address, "WATCHDOG=1")
