"""What the site tells its supervisor, and that a site that answers nobody tells nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from machine.notifying import notified
from tests.ports import free_port
from tests.web.commands.served import environment
from web.services.operations.liveness import Pulse, answers


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[socket.socket]:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as made:
        made.bind(str(tmp_path / "s"))
        made.settimeout(90)
        yield made


def test_the_served_site_says_ready_alive_and_stopping(heard: socket.socket, tmp_path: Path):
    port = free_port()
    told = {"NOTIFY_SOCKET": str(heard.getsockname()), "WATCHDOG_USEC": "300000"}
    process = subprocess.Popen(
        [sys.executable, "-m", "web", "serve", "--port", str(port), "--behind", "127.0.0.1"],
        env={**os.environ, **environment(tmp_path / "var", **told)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        kept = [b"FDSTOREREMOVE=1\nFDNAME=site", b"FDSTORE=1\nFDNAME=site"]
        assert [heard.recv(100) for _ in range(5)] == [*kept, b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
        assert answers("127.0.0.1", port)
        told_https = {"X-Forwarded-Proto": "https"}
        page = f"http://127.0.0.1:{port}/healthz"
        assert "strict-transport-security" in httpx.get(page, headers=told_https).headers
        assert "strict-transport-security" not in httpx.get(page).headers
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        said = b""
        while said != b"STOPPING=1":
            said = heard.recv(100)
            assert said in (b"WATCHDOG=1", b"STOPPING=1")
    finally:
        process.kill()
        process.communicate()


def test_a_site_that_answers_nobody_is_not_told_alive(heard: socket.socket):
    alive = threading.Event()
    alive.set()
    notify = str(heard.getsockname())
    pulse = Pulse(notify, 30_000, alive.is_set, lambda: notified(notify, "first"))
    assert [heard.recv(100) for _ in range(3)] == [b"first", b"READY=1", b"WATCHDOG=1"]
    alive.clear()
    heard.settimeout(0.4)
    with pytest.raises(TimeoutError):
        list(iter(lambda: heard.recv(100), b"one or two may be on their way"))
    pulse.stop()
    assert heard.recv(100) == b"STOPPING=1"


def test_a_socket_that_takes_calls_and_never_answers_is_no_sign_of_life(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("web.services.operations.liveness._ANSWER_WITHIN_S", 0.2)
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:
        assert not answers("127.0.0.1", deaf.getsockname()[1])
    assert not answers("127.0.0.1", free_port())


def test_nothing_is_told_without_a_supervisor(tmp_path: Path):
    notified("", "READY=1")
    notified(str(tmp_path / "gone"), "READY=1")
    Pulse("", 1, lambda: True, lambda: None).stop()
