"""Serves the screen on this machine only, from a port taken before anything else starts."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from domain.errors import InputError

HOST = "127.0.0.1"
_THREADS = 24
# A slow window gets fewer pictures rather than old ones.
_MOST_UNSENT = 400_000


def taken_port(port: int) -> socket.socket:
    """A socket bound to `port` on this machine; InputError when another program has it."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
        # On Windows two programs could share a port, and each would get some of the requests.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((HOST, port))
        taken.listen(64)
    except OSError as error:
        taken.close()
        raise _refusal(port, error) from error
    return taken


def _refusal(port: int, error: OSError) -> InputError:
    if error.errno == errno.EACCES:
        return InputError(
            "port",
            f"Port {port} needs an administrator. Give one above 1023, for example --port 8100.",
            f"端口 {port} 需要管理员权限，请使用 1023 以上的端口，例如 --port 8100。",
        )
    return InputError(
        "port",
        f"Port {port} is taken by another program. Stop it, or give another one with --port.",
        f"端口 {port} 已被其他程序占用。请停止该程序，或用 --port 指定其他端口。",
    )


class ScreenServer:
    """Answers the browser from its own threads until it is closed."""

    def __init__(self, app: Flask, taken: socket.socket) -> None:
        self._sockets: dict[int, Any] = {}
        self._server = create_server(
            app,
            map=self._sockets,
            sockets=[taken],
            threads=_THREADS,
            outbuf_high_watermark=_MOST_UNSENT,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
        self._thread = threading.Thread(target=self._server.run, name="screen", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it still answers anybody."""
        return self._thread.is_alive()

    def close(self) -> None:
        """Stop answering; streams must have been told to end before."""
        # First the streams: a thread that still writes needs the server's own trigger. Then all sockets,
        # by the thread that waits on them: one closed under it would be an error there.
        self._server.task_dispatcher.shutdown(timeout=0.7)
        if self._thread.is_alive():
            # OSError: an earlier pull already ran it, and the trigger is closed.
            with contextlib.suppress(OSError):
                self._server.trigger.pull_trigger(self._close_sockets)
            self._thread.join(0.5)
        else:
            self._close_sockets()

    def _close_sockets(self) -> None:
        wasyncore.close_all(self._sockets, ignore_all=True)
