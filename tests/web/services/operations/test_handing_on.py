"""Which socket of the process before is taken over: the one that listens where this process is to."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from tests.ports import free_port
from web.services.operations import handing_on
from web.services.operations.handing_on import handed_on


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A listening socket, handed over under the number that systemd would begin with."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        copy = socket.dup(listening.fileno())
        monkeypatch.setattr(handing_on, "_FIRST", copy)
        yield listening


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_socket_of_the_same_address_is_taken_over(handed: socket.socket, host: str) -> None:
    taken = handed_on(os.getpid(), 1, host, handed.getsockname()[1])
    assert taken is not None
    with taken:
        assert taken.getsockname() == handed.getsockname()
        assert not taken.get_inheritable()


def test_one_of_another_address_is_closed(handed: socket.socket) -> None:
    number = handing_on._FIRST
    for host, port in (("127.0.0.1", free_port()), ("::1", handed.getsockname()[1])):
        again = os.dup2(handed.fileno(), number)
        assert handed_on(os.getpid(), 1, host, port) is None
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(again)


def test_one_for_another_process_is_left_alone(handed: socket.socket) -> None:
    assert handed_on(os.getppid(), 1, *handed.getsockname()) is None
    os.close(handing_on._FIRST)


def test_without_a_supervisor_there_is_none() -> None:
    assert handed_on(0, 0, "127.0.0.1", 8000) is None
