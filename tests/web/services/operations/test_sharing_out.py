"""Several processes on one socket: each gets as many connections, and none waits for one that is gone."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from web.services.operations.sharing_out import Listener, made


@pytest.fixture
def listeners(tmp_path: Path) -> Iterator[list[Listener]]:
    """One socket as two processes have it; only the first listens so far."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    made(tmp_path / "connections", 2)
    both = [Listener(os.dup(bound.fileno()), tmp_path / "connections", own) for own in range(2)]
    both[0].listen(64)
    for one in both:
        one.setblocking(False)
    yield both
    closed(bound, *both)


def callers(listener: Listener, count: int) -> list[socket.socket]:
    """So many who call at once."""
    return [socket.create_connection(listener.getsockname()) for _ in range(count)]


def tried(listener: Listener) -> list[socket.socket]:
    """What one try of a process brings it."""
    try:
        return [listener.accept()[0]]
    except BlockingIOError:
        return []


def closed(*sockets: socket.socket) -> None:
    for one in sockets:
        one.close()


def test_a_process_that_comes_twice_as_often_gets_as_many(listeners: list[Listener]) -> None:
    eager, calm = listeners
    calm.listen(64)
    calling = callers(eager, 12)
    got: dict[Listener, list[socket.socket]] = {eager: [], calm: []}
    for _ in range(12):
        for listener in (eager, eager, calm):
            got[listener] += tried(listener)
    assert [len(found) for found in got.values()] == [6, 6]
    closed(*calling, *got[eager], *got[calm])


def test_whoever_lost_connections_gets_the_next(listeners: list[Listener]) -> None:
    one, other = listeners
    other.listen(64)
    calling = callers(one, 4)
    got = [tried(listener)[0] for listener in (one, other, one, other)]
    closed(got[1], got[3])
    calling += callers(one, 2)
    assert tried(one) == []
    got += [*tried(other), *tried(other)]
    assert len(got) == 6
    closed(*calling, got[0], got[2], *got[4:])


def test_closing_twice_counts_once(listeners: list[Listener]) -> None:
    one, other = listeners
    other.listen(64)
    calling = callers(one, 3)
    [first], [second] = tried(one), tried(other)
    closed(first, first)
    assert tried(other) == []
    [third] = tried(one)
    closed(*calling, second, third)


def test_a_process_that_does_not_listen_is_not_waited_for(listeners: list[Listener]) -> None:
    alone = listeners[0]
    calling = callers(alone, 5)
    got = [connection for _ in range(5) for connection in tried(alone)]
    assert len(got) == 5
    closed(*calling, *got)


def test_one_that_hangs_is_waited_for_a_moment_only(listeners: list[Listener]) -> None:
    alive, hanging = listeners
    hanging.listen(64)
    calling = callers(alive, 2)
    got = tried(alive)
    assert tried(alive) == []
    while len(got) < 2:
        got += tried(alive)
    closed(*calling, *got)
