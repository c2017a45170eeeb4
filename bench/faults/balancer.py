"""A load balancer in front of several sites: each new connection goes to the next that takes it."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from collections.abc import Sequence

_PATIENCE_S = 30.0


class Balancer:
    """Listens on a port and passes bytes on, both ways, without looking at them."""

    def __init__(self, port: int, behind: Sequence[int]) -> None:
        self._behind, self._next = list(behind), itertools.count()
        self._listening = socket.create_server(("127.0.0.1", port), backlog=256)
        self._listening.settimeout(0.2)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="balancer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more connections."""
        self._stopping.set()
        self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                client, _ = self._listening.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self._passed, args=(client,), daemon=True).start()

    def _passed(self, client: socket.socket) -> None:
        first = next(self._next)
        for step in range(len(self._behind)):
            port = self._behind[(first + step) % len(self._behind)]
            with contextlib.suppress(OSError):
                server = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S)
                back = threading.Thread(target=_copied, args=(server, client), daemon=True)
                back.start()
                _copied(client, server)
                back.join()
                return
        client.close()


def _copied(source: socket.socket, target: socket.socket) -> None:
    try:
        source.settimeout(_PATIENCE_S)
        while piece := source.recv(65_536):
            target.sendall(piece)
    except OSError:
        pass
    for end in (target, source):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
            end.close()
