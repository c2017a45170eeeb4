"""A site that is started anew with its socket kept, as systemd does: nobody is refused, nothing is lost."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from domain.venue import poster_symbols
from tests.ports import free_port
from tests.web.commands.served import environment
from tests.web.tenants import tenant
from web.services.desk.filtering.filters import Filter
from web.services.desk.searching import search
from web.services.installation import Installation, opened
from web.services.signing_keys import keys
from web.settings import Settings
from web.store.scope import PROGRAM

# What systemd does between fork and exec (sd_listen_fds(3)): the socket is number 3, for this process alone.
_HANDED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
told = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
os.execve(sys.executable, [sys.executable, *sys.argv[2:]], os.environ | told)
"""
_PATIENCE_S = 90


@dataclass
class Supervisor:
    """Keeps what the site gives it, and starts the site with that."""

    home: Path
    port: int
    heard: socket.socket
    kept: list[int] = field(default_factory=list)

    @contextmanager
    def started(self, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
        """The site, which has said nothing yet."""
        command = ["-m", "web", "serve", "--port", str(self.port), "--behind", "127.0.0.1"]
        handed = ["-c", _HANDED, str(self.kept[0])] if self.kept else []
        told = {"NOTIFY_SOCKET": str(self.heard.getsockname()), **settings}
        process = subprocess.Popen(
            [sys.executable, *handed, *command], env=environment(self.home, **told), pass_fds=self.kept,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def hears(self, last: str) -> None:
        """Take what the site says, up to these words of it."""
        said = ""
        while said != last:
            message, handed, _, _ = socket.recv_fds(self.heard, 1000, 4)
            said, _, name = message.decode().partition("\n")
            if said.startswith("FDSTORE"):
                assert name == "FDNAME=site"
                while self.kept and said == "FDSTOREREMOVE=1":
                    socket.close(self.kept.pop())
            self.kept += handed


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as heard:
        heard.bind(str(tmp_path / "s"))
        heard.settimeout(_PATIENCE_S)
        made = Supervisor(tmp_path / "var", free_port(), heard)
        yield made
        for each in made.kept:
            socket.close(each)


@dataclass
class Visitors:
    """People who check in one after the other, each on a phone of their own."""

    url: str
    number: int
    answers: list[int] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self.answers.append(self._checked_in(len(self.answers)))
            except httpx.HTTPError:
                self.answers.append(0)

    def after(self, more: int) -> None:
        """Wait until so many more were answered."""
        wanted, until = len(self.answers) + more, time.monotonic() + _PATIENCE_S
        while len(self.answers) < wanted:
            assert time.monotonic() < until
            time.sleep(0.01)

    def _checked_in(self, person: int) -> int:
        address = {"X-Forwarded-For": f"10.{self.number}.{person // 250}.{person % 250 + 1}"}
        with httpx.Client(headers=address, timeout=_PATIENCE_S) as phone:
            form = dict(
                re.findall(r'name="(csrf_token|entry_id)"[^>]*value="([^"]+)"', phone.get(self.url).text)
            )
            who = {"name": "李雷", "phone": f"139{self.number:04d}{person:04d}", "direction": "in"}
            return phone.post(self.url, data={**form, **who}).status_code


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _installation(home: Path) -> Installation:
    return opened(Settings(home), _now_ms)


def test_check_ins_go_on_while_the_site_is_started_anew(supervisor: Supervisor) -> None:
    inst = _installation(supervisor.home)
    keys.ensure(inst)
    there = tenant(inst, "East Area", "Park Ltd")
    inst.close()
    poster = f"http://127.0.0.1:{supervisor.port}/V/{poster_symbols(bytes.fromhex(there.poster))}"
    visitors = [Visitors(poster, number) for number in range(3)]
    threads = [threading.Thread(target=one.run) for one in visitors]
    with supervisor.started() as first:
        supervisor.hears("READY=1")
        for thread in threads:
            thread.start()
        for one in visitors:
            one.after(3)
        first.send_signal(signal.SIGTERM)
        assert first.wait(_PATIENCE_S) == 0
    with supervisor.started() as second:
        supervisor.hears("READY=1")
        for one in visitors:
            one.after(3)
            one.stopping.set()
        for thread in threads:
            thread.join()
        second.send_signal(signal.SIGTERM)
        assert second.wait(_PATIENCE_S) == 0
    answers = [answer for one in visitors for answer in one.answers]
    assert set(answers) == {303}
    inst = _installation(supervisor.home)
    assert len(search(inst, PROGRAM, Filter(venue_id=there.venue), limit=1000).rows) == len(answers)
    inst.close()


def test_nobody_waits_for_a_site_that_cannot_start(supervisor: Supervisor) -> None:
    kept = socket.create_server(("127.0.0.1", supervisor.port))
    supervisor.kept.append(kept.detach())
    with supervisor.started(DATABASE_URL="postgresql://u@127.0.0.1:1/x") as process:
        supervisor.hears("STOPPING=1")
        assert process.wait(_PATIENCE_S) == 2
    assert supervisor.kept == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", supervisor.port))
