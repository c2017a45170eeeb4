"""Running until somebody says stop: Ctrl-C, a termination signal, or the console window closing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable


def until_stopped(work: Callable[[threading.Event], None]) -> None:
    """Run `work` in the main thread with an event that SIGINT and SIGTERM set; it returns by itself."""
    stop = threading.Event()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):  # SIGBREAK is what Windows sends with Ctrl-Break
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, frame: stop.set())
    work(stop)
