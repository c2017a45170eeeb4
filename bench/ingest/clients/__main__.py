"""`python -m bench.ingest.clients`: many clients in one lean loop, each sends its next request at an answer.

An order comes as JSON on standard input: `port`, `file`, `seconds`. The file holds for each client its raw
HTTP/1.1 requests (`replay.written`). The figures go to standard output as JSON. A client costs some twenty
microseconds a request, so that on two processors the server is what is measured.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections import Counter, deque
from pathlib import Path

from bench.ingest.replay import Requests, read

_RECEIVED_AT_ONCE = 65_536
_LONGEST_S = 60.0


class _Client:
    """One connection and what it still has to send."""

    def __init__(self, port: int, requests: Requests) -> None:
        self._port, self._left = port, deque(requests)
        self._buffer = bytearray()
        self._began = 0.0
        self.socket = self._connected()

    def send(self) -> bool:
        """Send the next request; False when there is none any more."""
        if not self._left:
            return False
        self._began = time.perf_counter()
        self.socket.sendall(self._left.popleft())
        return True

    def received(self) -> tuple[int, float] | None:
        """The status of the answer and how many seconds it took, None while it is not whole."""
        more = self.socket.recv(_RECEIVED_AT_ONCE)
        if not more:
            raise ConnectionError("the server hung up in the middle")
        self._buffer += more
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or len(self._buffer) < end + 4 + _length(self._buffer[:end]):
            return None
        took, status = time.perf_counter() - self._began, int(self._buffer[9:12])
        is_over = b"connection: close" in self._buffer[:end].lower()
        self._buffer.clear()
        if is_over:
            self.socket.close()
            self.socket = self._connected()
        return status, took

    def _connected(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port), timeout=_LONGEST_S)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made


def _length(head: bytes | bytearray) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


def _played(port: int, everybody: list[Requests], most_s: float) -> dict[str, object]:
    statuses: Counter[str] = Counter()
    took: list[float] = []
    chooser = selectors.DefaultSelector()
    clients = [_Client(port, requests) for requests in everybody]
    began, busy = time.perf_counter(), time.process_time()
    for client in clients:
        if client.send():
            chooser.register(client.socket, selectors.EVENT_READ, client)
    while chooser.get_map():
        for key, _ in chooser.select(_LONGEST_S):
            client = key.data
            before = client.socket
            if (answer := client.received()) is None:
                continue
            statuses[str(answer[0])] += 1
            took.append(answer[1])
            if before is not client.socket:
                chooser.unregister(before)
                chooser.register(client.socket, selectors.EVENT_READ, client)
            if time.perf_counter() - began > most_s or not client.send():
                chooser.unregister(client.socket)
    return {
        "seconds": time.perf_counter() - began,
        "own_cpu_s": time.process_time() - busy,
        "statuses": statuses,
        "ms": [round(one * 1000, 3) for one in took],
    }


def main() -> None:
    """Do what the order says."""
    order = json.load(sys.stdin)
    print(json.dumps(_played(order["port"], read(Path(order["file"])), order["seconds"])))


if __name__ == "__main__":
    main()
