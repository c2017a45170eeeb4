"""What the kiosk tells its supervisor: that it lives, and only while codes are worked on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.host.systemd import Pulse


class Supervisor:
    """The other end of the socket, and a clock to move."""

    def __init__(self, name: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(name)
        self.socket.setblocking(False)
        self.now_s = 100.0

    def told(self) -> list[str]:
        heard: list[str] = []
        while True:
            try:
                heard.append(self.socket.recv(100).decode())
            except BlockingIOError:
                return heard


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(str(tmp_path / "s"))
    with closing(made.socket):
        yield made


def pulse_to(supervisor: Supervisor, watchdog_us: int = 30_000_000) -> Pulse:
    return Pulse(str(supervisor.socket.getsockname()), watchdog_us, lambda: supervisor.now_s)


def test_signs_of_life_come_three_times_within_what_is_allowed(supervisor: Supervisor):
    pulse = pulse_to(supervisor)
    pulse.ready()
    for step in range(121):  # 30 s in quarters of a second
        pulse.beat(step)
        supervisor.now_s += 0.25
    pulse.stopping()
    assert supervisor.told() == ["READY=1", *["WATCHDOG=1"] * 3, "STOPPING=1"]


def test_a_loop_that_stands_still_is_not_told_alive(supervisor: Supervisor):
    pulse = pulse_to(supervisor)
    supervisor.now_s += 11
    pulse.beat(7)
    for _ in range(200):
        supervisor.now_s += 0.25
        pulse.beat(7)
    assert supervisor.told() == ["WATCHDOG=1"]
    pulse.beat(8)
    assert supervisor.told() == ["WATCHDOG=1"]


def test_without_a_watchdog_it_says_only_when_it_began(supervisor: Supervisor):
    pulse = pulse_to(supervisor, 0)
    pulse.ready()
    supervisor.now_s += 1_000
    pulse.beat(1)
    assert supervisor.told() == ["READY=1"]


def test_no_supervisor_or_one_that_went_away_stops_no_gate(tmp_path: Path):
    for address in ("", str(tmp_path / "gone"), "@codeplace-nobody-listens"):
        Pulse(address, 1, lambda: 0.0).ready()


def test_an_abstract_name_is_understood():
    heard = Supervisor("\0codeplace-test-of-pulse")
    with closing(heard.socket):
        Pulse("@codeplace-test-of-pulse", 0, lambda: 0.0).ready()
        assert heard.told() == ["READY=1"]
