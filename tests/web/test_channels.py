"""Answers go out whole and by one at a time, whoever sends them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import waitress
from werkzeug.wrappers import Request, Response

from web.channels import Channel, Loop

_LARGE = 6_000_000


@Request.application
def _large(request: Request) -> Response:
    return Response(request.path[-1].encode() * _LARGE)


@contextmanager
def _served() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        loop = Loop(_large, listening, threads=2)
        thread = threading.Thread(target=loop.run)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            loop.end()
            thread.join()


def _answered(connection: socket.socket) -> bytes:
    got = bytearray()
    while not (head := got.partition(b"\r\n\r\n"))[1] or len(head[2]) < _LARGE:
        got += connection.recv(100_000)
    return bytes(head[2])


def test_an_answer_larger_than_any_buffer_arrives_whole_and_the_connection_goes_on() -> None:
    with _served() as port, socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        for name in (b"a", b"b"):
            connection.sendall(b"GET /" + name + b" HTTP/1.1\r\nHost: here\r\n\r\n")
            assert _answered(connection) == name * _LARGE


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
