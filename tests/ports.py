"""Ports for programs that tests start: no other worker and no browser's connection takes one meanwhile."""

from __future__ import annotations

import itertools
import os
import socket

# Below what systems give to outgoing connections; each process begins elsewhere.
_LOWEST, _COUNT = 15_000, 16_000
_NUMBERS = itertools.count(os.getpid() * 97)


def free_port() -> int:
    """A port of this machine that nobody listens on, another each time."""
    for number in itertools.islice(_NUMBERS, _COUNT):
        port = _LOWEST + number % _COUNT
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("this machine has no free port")
