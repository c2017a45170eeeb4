"""The socket of the site, which systemd keeps while the site is started anew (sd_notify(3), FDSTORE=1).

Who calls meanwhile waits in the system's queue for the next process, and is refused by nobody.
"""

from __future__ import annotations

import contextlib
import os
import socket
from typing import Final

from machine.notifying import notified

# sd_listen_fds(3)
_FIRST: Final = 3
_NAME: Final = "FDNAME=site"


def handed_on(process: int, count: int, host: str, port: int) -> socket.socket | None:
    """The socket of the process before this one, out of the `count` that were handed to `process`.

    None if there is none, or if it listens elsewhere than this process is to.
    """
    for number in range(count if process == os.getpid() else 0):
        given = socket.socket(fileno=_FIRST + number)
        if _listens(given, host, port):
            given.set_inheritable(False)
            return given
        given.close()
    return None


def hand_on(supervisor: str, listening: socket.socket) -> None:
    """Let the supervisor keep this socket, and no other one, for the next process."""
    hand_on_nothing(supervisor)
    notified(supervisor, f"FDSTORE=1\n{_NAME}", listening)


def hand_on_nothing(supervisor: str) -> None:
    """Let the supervisor close what it keeps: whoever calls is told at once that nobody is there."""
    notified(supervisor, f"FDSTOREREMOVE=1\n{_NAME}")


def _listens(given: socket.socket, host: str, port: int) -> bool:
    with contextlib.suppress(OSError):
        asked = socket.getaddrinfo(host, port, given.family, socket.SOCK_STREAM)
        return given.getsockname() in [address for *_, address in asked]
    return False
