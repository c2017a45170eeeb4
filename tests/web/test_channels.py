"""Answers go out whole and by one at a time, whoever sends them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import waitress
from werkzeug.wrappers import Request, Response

from web.channels import Channel, Loop

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_LARGE = 6_000_000


@Request.application
def _large(request: Request) -> Response:
    return Response(request.path[-1].encode() * _LARGE)


@contextmanager
def _looping(application: WSGIApplication) -> Iterator[tuple[int, Loop]]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        loop = Loop(application, listening, threads=1)
        thread = threading.Thread(target=loop.run)
        thread.start()
        try:
            yield listening.getsockname()[1], loop
        finally:
            loop.end()
            thread.join()


def _connected(port: int, room: int = 0) -> socket.socket:
    """A connection; with `room` the system keeps but so many bytes for its reader."""
    made = socket.socket()
    made.settimeout(60)
    if room:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    made.connect(("127.0.0.1", port))
    return made


def _answered(connection: socket.socket, first: bytes = b"") -> bytes:
    got = bytearray(first)
    while not (head := got.partition(b"\r\n\r\n"))[1] or len(head[2]) < _LARGE:
        piece = connection.recv(100_000)
        assert piece, "it was cut off"
        got += piece
    return bytes(head[2])


def test_an_answer_larger_than_any_buffer_arrives_whole_and_the_connection_goes_on() -> None:
    with _looping(_large) as (port, _), _connected(port) as connection:
        for name in (b"a", b"b"):
            connection.sendall(b"GET /" + name + b" HTTP/1.1\r\nHost: here\r\n\r\n")
            assert _answered(connection) == name * _LARGE


def test_an_answer_on_its_way_goes_out_whole_before_the_loop_ends() -> None:
    with _looping(_large) as (port, loop), _connected(port, room=4096) as connection:
        connection.sendall(b"GET /a HTTP/1.1\r\nHost: here\r\n\r\n")
        first = connection.recv(1)
        loop.end()
        assert _answered(connection, first) == b"a" * _LARGE


def test_what_waits_for_a_thread_is_answered_before_the_loop_ends_and_the_connection_closed() -> None:
    held, go_on = threading.Event(), threading.Event()

    @Request.application
    def holding(request: Request) -> Response:
        held.set()
        go_on.wait()
        return Response(request.path)

    def waiting() -> bool:
        return bool(loop._server.task_dispatcher.queue)

    with _looping(holding) as (port, loop), ExitStack() as opened:
        both = [opened.enter_context(_connected(port)) for _ in range(2)]
        for connection, ready in zip(both, (held.is_set, waiting), strict=True):
            connection.sendall(b"GET /here HTTP/1.1\r\nHost: here\r\n\r\n")
            while not ready():
                time.sleep(0.01)
        loop.end()
        go_on.set()
        for connection in both:
            with connection.makefile("rb") as answer:
                head, _, body = answer.read().partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK")
            assert body == b"/here"


def test_the_loop_does_not_write_while_a_thread_does() -> None:
    server = waitress.create_server(_large, host="127.0.0.1", port=0, threads=1, _start=False)
    ours, theirs = socket.socketpair()
    channel = Channel(server, ours, ("here", 0), server.adj, map={})
    assert not channel.writable()
    channel.will_close = True
    assert channel.writable()

    answering, is_done = threading.Event(), threading.Event()

    def answer() -> None:
        with channel.outbuf_lock:
            answering.set()
            is_done.wait()

    thread = threading.Thread(target=answer)
    thread.start()
    answering.wait()
    assert not channel.writable()
    is_done.set()
    thread.join()
    assert channel.writable()
    theirs.close()
    channel.handle_close()
    server.task_dispatcher.shutdown()
    server.close()
