"""`python -m web` as people run it: what it prints, how it stops, and a sentence for what cannot be done."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, text

from tests.ports import free_port
from tests.web.commands.here import Done, refused, run
from tests.web.commands.served import environment, serving
from tests.web.tenants import SettableClock
from web.db.connecting.lock import ProcessLock
from web.services import accounts
from web.services.access import joining
from web.services.errors import GoneError
from web.services.installation import opened
from web.settings import Settings


def in_a_process(home: Path, *words: str, **settings: str) -> Done:
    """The command as people type it."""
    done = subprocess.run(
        [sys.executable, "-m", "web", *words],
        env=environment(home, **settings), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def test_it_serves_until_it_is_told_to_stop_and_keeps_others_out_meanwhile(tmp_path: Path):
    with serving(tmp_path) as served:
        assert httpx.get(f"{served.url}/healthz").text == "ok\n"
        refused(run(tmp_path, "create-admin", "guard"), "Another process", str(tmp_path))
        refused(run(tmp_path, "serve", "--port", str(served.port)), f"127.0.0.1:{served.port}", "--port")
        assert served.stopped_by(signal.SIGTERM) == "stopped\n"
    ProcessLock(tmp_path).release()


def test_ctrl_c_stops_it_even_with_visitors_on_the_line(tmp_path: Path):
    with serving(tmp_path) as served, httpx.Client() as client:
        assert client.get(f"{served.url}/healthz").status_code == 200  # a connection that is kept open
        with closing(socket.create_connection(("127.0.0.1", served.port))) as slow:
            slow.sendall(b"POST /api/v1/kiosks/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
            assert served.stopped_by(signal.SIGINT) == "stopped\n"
    ProcessLock(tmp_path).release()


def test_after_a_kill_it_starts_again_with_everything(tmp_path: Path):
    with serving(tmp_path) as served:
        served.process.kill()
    with serving(tmp_path) as served:
        assert httpx.get(f"{served.url}/healthz").status_code == 200
        assert served.stopped_by(signal.SIGHUP) == "stopped\n"  # as when the terminal is closed


def test_an_admin_chooses_a_password_by_a_link_that_is_printed_once(tmp_path: Path):
    done = run(tmp_path, "create-admin", "Boss")
    assert done.returncode == 0
    assert "it works once, within seven days" in done.stderr
    link, _, secret = done.stdout.strip().partition("#")
    assert link == "http://127.0.0.1:8000/join"
    refused(run(tmp_path, "create-admin", "boss"), "taken", "login")
    inst = opened(Settings(tmp_path), lambda: time.time_ns() // 1_000_000)  # the role begins now
    password = "seven lazy herons count the tide"
    assert accounts.sign_in(inst, "boss", "") is None
    joining.accept(inst, secret, "", password)
    account = accounts.sign_in(inst, "boss", password)
    with pytest.raises(GoneError):
        joining.shown(inst, secret)
    inst.close()
    assert account is not None
    assert (account.login, account.role) == ("boss", accounts.ADMIN)
    assert account.scope.area_path.startswith("/")
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(word.encode() in body for body in files for word in (password, secret))


def test_a_database_of_a_newer_version_is_a_sentence_and_stays_as_it_is(tmp_path: Path, clock: SettableClock):
    opened(Settings(tmp_path), clock).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'codeplace.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    before = (tmp_path / "codeplace.db").read_bytes()
    refused(run(tmp_path, "serve", "--port", str(free_port())), "newer version", "9999")
    assert (tmp_path / "codeplace.db").read_bytes() == before


def test_settings_that_cannot_be_used_are_a_sentence(tmp_path: Path):
    done = in_a_process(tmp_path, "migrate", DATABASE_URL="postgresql://u:hidden@127.0.0.1:1/x")
    refused(done, "does not open", "DATABASE_URL")
    assert "hidden" not in done.stderr
    refused(run(tmp_path, "migrate", DATABASE_URL="nonsense"), "DATABASE_URL must begin with")


def test_what_cannot_be_listened_to_is_a_sentence_before_anything_is_made(tmp_path: Path):
    refused(run(tmp_path, "serve", "--host", "192.0.2.1", "--port", str(free_port())), "192.0.2.1")
    assert not (tmp_path / "codeplace.db").exists()
