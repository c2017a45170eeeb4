"""HTTP/1.1 as far as a proxy needs it: whole requests in, answers out, and the errors of either side."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

_HEAD_MOST = 65_536
_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request, ready to be sent on as often as one likes."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def received(client: socket.socket) -> Request | None:
    """The next request on a connection; None when there is none any more."""
    buffer = bytearray()
    while b"\r\n\r\n" not in buffer:
        if len(buffer) > _HEAD_MOST or not (more := client.recv(65_536)):
            return None
        buffer += more
    head, _, body = bytes(buffer).partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    rest = bytearray(body)
    while len(rest) < int(headers.get("content-length", "0")):
        if not (more := client.recv(262_144)):
            return None
        rest += more
    method, path, _ = first.split(" ", 2)
    return Request(method, path, headers, bytes(rest))


def asked(port: int, request: Request) -> Reply | None:
    """The server's answer; None when it is not there or dies over it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_S)
    try:
        connection.request(request.method, request.path, request.body, _passed_on(request))
        answer = connection.getresponse()
        return Reply(
            answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
        )
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def half_asked(port: int, request: Request) -> None:
    """Begin a request and hang up in the middle of its body."""
    lines = [f"{request.method} {request.path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in _passed_on(request).items()]
    head = "\r\n".join([*lines, f"Content-Length: {len(request.body)}", "", ""]).encode("latin-1")
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S) as server:
            server.sendall(head + request.body[: len(request.body) // 2])
    except OSError:
        return


def answer(client: socket.socket, reply: Reply, share: float = 1.0) -> None:
    """Send an answer, or only the first `share` of its body under a head that promises all."""
    kept = ("content-type", "content-encoding", "retry-after", "location")
    lines = [f"HTTP/1.1 {reply.status} {http.client.responses.get(reply.status, 'Odd')}"]
    lines += [f"{name}: {reply.headers[name]}" for name in kept if name in reply.headers]
    head = "\r\n".join([*lines, f"Content-Length: {len(reply.body)}", "", ""]).encode("latin-1")
    client.sendall(head + reply.body[: int(len(reply.body) * share)])


def _passed_on(request: Request) -> dict[str, str]:
    return {
        name: request.headers[name] for name in ("authorization", "content-type") if name in request.headers
    }
