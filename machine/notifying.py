"""Tells the service manager how a process is, in the protocol of sd_notify(3)."""

from __future__ import annotations

import contextlib
import socket


def notified(address: str, message: str, *handed: socket.socket) -> None:
    """Send one message, and sockets for it to keep, to the supervisor's own socket; nothing without one.

    `address` is NOTIFY_SOCKET: a path, or an abstract name with @.
    """
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    target = "\0" + address[1:] if address.startswith("@") else address
    # A supervisor that is gone is no reason to stop serving.
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told,
    ):
        told.connect(target)
        if handed:
            socket.send_fds(told, [message.encode("ascii")], [each.fileno() for each in handed])
        else:
            told.send(message.encode("ascii"))
