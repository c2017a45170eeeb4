from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import httpx
import pytest
import segno
from click.testing import CliRunner, Result
from PIL import Image

from domain.enrolment import Enrolment, enrolment_text
from domain.venue import Entrance
from kiosk.__main__ import kiosk
from kiosk.host.identity import Identity, loaded_identity, saved_identity, state_folder
from kiosk.spool.file import FILE_NAME
from kiosk.spool.spool import Spool
from tests.kiosk.conftest import sealed
from tests.kiosk.office import EAST, Desk
from tests.ports import free_port

EAST_GATE = Entrance(EAST.id, EAST.name, EAST.venue_id, EAST.venue_name)


def picture(path: Path, *texts: str) -> Path:
    """A 1280×720 picture with codes side by side on grey."""
    frame = Image.new("RGB", (1280, 720), (170, 170, 170))
    for number, text in enumerate(texts):
        symbol = path.with_suffix(".symbol.tmp")
        segno.make(text, error="m").save(str(symbol), kind="png", scale=5, border=4)
        frame.paste(Image.open(symbol).convert("RGB"), (80 + 620 * number, 80))
        symbol.unlink()
    frame.save(path)
    return path


def enrolled(home: Path, desk: Desk) -> Identity:
    identity = Identity(desk.url, "kiosk-1", "secret", desk.office.note_key, EAST_GATE)
    saved_identity(home, identity)
    return identity


def enrolment(desk: Desk, token: str = "token-1") -> str:
    return enrolment_text(Enrolment(desk.url, token, desk.office.note_key))


def called(*arguments: str) -> Result:
    return CliRunner().invoke(kiosk, arguments)


def assert_sentence(result: Result, status: int, *words: str) -> None:
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    for word in words:
        assert word in result.output


@pytest.fixture
def still(tmp_path: Path) -> Path:
    return picture(tmp_path / "still.png", "nothing of ours")


def test_a_kiosk_that_is_not_enrolled_is_told_how(tmp_path: Path, still: Path) -> None:
    result = called("run", "--source", str(still), "--home", str(tmp_path / "home"))
    assert_sentence(result, 1, "not enrolled yet", "python -m kiosk enrol", "尚未登记")


@pytest.mark.parametrize("server", ["ftp://x", "not a url", "http://", "http://host:99999", "http://h/?q=1"])
def test_a_server_that_is_no_address_is_refused(tmp_path: Path, still: Path, server: str) -> None:
    result = called("run", "--source", str(still), "--server", server, "--home", str(tmp_path / "home"))
    assert_sentence(result, 2, "not a server address", "不是服务器地址")


def test_another_server_than_the_enrolled_one_is_refused(tmp_path: Path, desk: Desk, still: Path) -> None:
    enrolled(tmp_path, desk)
    result = called("run", "--source", str(still), "--server", "http://other:1", "--home", str(tmp_path))
    assert_sentence(result, 2, f"enrolled to {desk.url}", "登记于")


@pytest.mark.parametrize("source", ["no-such-file.mp4", "gopher://x", ""])
def test_an_unknown_source_is_refused(tmp_path: Path, desk: Desk, source: str) -> None:
    enrolled(tmp_path, desk)
    result = called("run", "--source", source, "--home", str(tmp_path), "--port", str(free_port()))
    assert_sentence(result, 2)
    assert result.output.strip()


def test_a_file_that_is_no_picture_is_refused(tmp_path: Path, desk: Desk) -> None:
    enrolled(tmp_path, desk)
    (tmp_path / "film.mp4").write_bytes(b"no film")
    result = called("run", "--source", str(tmp_path / "film.mp4"), "--home", str(tmp_path))
    assert_sentence(result, 2, "film.mp4")


def test_a_taken_port_is_said_before_anything_is_touched(tmp_path: Path, desk: Desk, still: Path) -> None:
    enrolled(tmp_path, desk)
    arguments = ("--source", str(still), "--home", str(tmp_path), "--port", str(desk.port))
    assert_sentence(called("run", *arguments), 1, f"Port {desk.port} is taken", "已被其他程序占用")
    assert not state_folder(tmp_path, "kiosk-1").exists()


def test_entries_of_a_newer_version_are_left_alone(tmp_path: Path, desk: Desk, still: Path) -> None:
    enrolled(tmp_path, desk)
    folder = state_folder(tmp_path, "kiosk-1")
    Spool(folder, lambda: 0).close()
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    result = called("run", "--source", str(still), "--home", str(tmp_path), "--port", str(free_port()))
    assert_sentence(result, 1, "newer kiosk", "更新版本")


def test_a_damaged_identity_is_refused(tmp_path: Path, still: Path) -> None:
    (tmp_path / "kiosk.json").write_text('{"server": "http://x"}')
    result = called("run", "--source", str(still), "--home", str(tmp_path))
    assert_sentence(result, 1, "cannot be read", "重新登记")


def test_enrolment_keeps_the_identity_for_its_owner_only(tmp_path: Path, desk: Desk) -> None:
    result = called("enrol", enrolment(desk), "--home", str(tmp_path))
    assert_sentence(result, 0, "kiosk enrolled kiosk-1", "东门 East Gate")
    assert "secret" not in result.output
    identity = loaded_identity(tmp_path)
    assert (identity.credential, identity.entrance.id) == ("secret", "east")
    if os.name == "posix":
        assert (tmp_path / "kiosk.json").stat().st_mode & 0o077 == 0


def test_an_enrolment_code_works_once(tmp_path: Path, desk: Desk) -> None:
    called("enrol", enrolment(desk), "--home", str(tmp_path))
    result = called("enrol", enrolment(desk), "--home", str(tmp_path))
    assert_sentence(result, 2, "used already", "已使用")


@pytest.mark.parametrize("text", ["CPK1:AAAA", "hello", "CPK1:", "CP1:ABC"])
def test_half_an_enrolment_code_is_refused(tmp_path: Path, text: str) -> None:
    assert_sentence(called("enrol", text, "--home", str(tmp_path)), 2, "not a complete enrolment code")


def test_enrolment_needs_a_text_or_a_camera(tmp_path: Path) -> None:
    assert_sentence(called("enrol", "--home", str(tmp_path)), 2, "--source", "二选一")


def test_a_server_that_does_not_answer_enrolment_is_said(tmp_path: Path, desk: Desk) -> None:
    text = enrolment_text(Enrolment(f"http://127.0.0.1:{free_port()}", "t", desk.office.note_key))
    assert_sentence(called("enrol", text, "--home", str(tmp_path)), 1, "does not answer", "没有响应")


def test_a_captive_portal_does_not_enrol(tmp_path: Path, desk: Desk) -> None:
    desk.fault = lambda desk, path: (200, {"Content-Type": "text/html"}, b"<html>Welcome</html>")
    result = called("enrol", enrolment(desk), "--home", str(tmp_path))
    assert_sentence(result, 1, "does not know (HTTP 200)")
    assert not (tmp_path / "kiosk.json").exists()


def test_a_home_that_cannot_be_written_does_not_use_up_the_code(tmp_path: Path, desk: Desk) -> None:
    (tmp_path / "file").write_text("in the way")
    result = called("enrol", enrolment(desk), "--home", str(tmp_path / "file" / "home"))
    assert_sentence(result, 2, "cannot be written", "无法写入")
    assert desk.tokens == {"token-1"}


def test_a_kiosk_with_unsent_entries_is_not_enrolled_anew(tmp_path: Path, desk: Desk) -> None:
    enrolled(tmp_path, desk)
    spool = Spool(state_folder(tmp_path, "kiosk-1"), lambda: 0)
    spool.commit(sealed(1_795_000_000_000, os.urandom), 1)
    spool.close()
    result = called("enrol", enrolment(desk), "--home", str(tmp_path))
    assert_sentence(result, 2, "still holds 1 entries", "仍有 1 条记录")
    assert desk.tokens == {"token-1"}


def test_the_enrolment_code_can_be_shown_to_the_camera(tmp_path: Path, desk: Desk) -> None:
    shown = picture(tmp_path / "shown.png", enrolment(desk))
    result = called("enrol", "--source", str(shown), "--home", str(tmp_path / "home"))
    assert_sentence(result, 0, "kiosk enrolled kiosk-1")


class Running:
    """A kiosk in a process of its own, as a user starts it; its words are taken as they come."""

    def __init__(self, home: Path, source: Path, *more: str) -> None:
        self.port = free_port()
        self.lines: list[str] = []
        self.errors: list[str] = []
        arguments = ["run", "--source", str(source), "--home", str(home), "--port", str(self.port), *more]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        said = ((self.process.stdout, self.lines), (self.process.stderr, self.errors))
        self.hearing = [threading.Thread(target=heard, args=one, daemon=True) for one in said]
        for thread in self.hearing:
            thread.start()

    def until_said(self, beginning: str) -> None:
        wait_for(lambda: self.has_ended() or any(line.startswith(beginning) for line in self.lines))
        assert any(line.startswith(beginning) for line in self.lines), (self.lines, self.errors)

    def has_ended(self) -> bool:
        """Whether the process is over and everything that it said was heard."""
        return self.process.poll() is not None and not any(thread.is_alive() for thread in self.hearing)

    def state(self) -> Any:
        return httpx.get(f"http://127.0.0.1:{self.port}/state", trust_env=False).json()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(timeout=90)
        wait_for(self.has_ended)
        return self.process.returncode


def heard(pipe: IO[str], lines: list[str]) -> None:
    with pipe:
        for line in pipe:
            lines.append(line.rstrip())


@pytest.fixture
def runs() -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(home: Path, source: Path, *more: str) -> Running:
        started.append(Running(home, source, *more))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def wait_for(condition: Callable[[], bool]) -> None:
    ends_s = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < ends_s, "it did not happen"
        time.sleep(0.02)


@pytest.fixture
def visits(tmp_path: Path, desk: Desk) -> Path:
    """Three pictures that play for half a second each: a visitor, nobody, a foreign code.

    Again and again, or a machine without time for one of them would never see it.
    """
    folder = tmp_path / "visits"
    folder.mkdir()
    picture(folder / "1.png", desk.office.code(1, card=True))
    picture(folder / "2.png")
    picture(folder / "3.png", "WIFI:T:WPA;S:cafe;P:secret;;")
    return folder


def test_a_visitor_before_the_camera_becomes_one_entry_at_the_server(
    tmp_path: Path, desk: Desk, visits: Path, runs: Callable[..., Running]
) -> None:
    desk.publish(desk.office.bundle(1), 1)
    enrolled(tmp_path, desk)
    kiosk = runs(tmp_path, visits, "--server", desk.url, "--loop")
    kiosk.until_said(f"kiosk ready http://127.0.0.1:{kiosk.port}")
    kiosk.until_said("foreign")
    wait_for(lambda: len(desk.stored) == 1)
    (entry,) = desk.stored.values()
    assert (entry["outcome"], entry["presence"], entry["private"]["visitor_id"]) == (
        "admitted",
        "static",
        "v1",
    )
    wait_for(lambda: kiosk.state()["waiting"] == 0)
    assert kiosk.state()["link"]["state"] == "online"
    assert kiosk.stop() == 0
    assert {line for line in kiosk.lines if "ready" not in line} - {"again welcome static no entry"} == {
        "admitted welcome static entry 1",
        "foreign not_a_visitor_code - no entry",
    }, "nothing on the console names a person or a code"


def test_a_film_that_ended_is_said_on_the_page_and_to_the_operator(
    tmp_path: Path, desk: Desk, runs: Callable[..., Running]
) -> None:
    enrolled(tmp_path, desk)
    kiosk = runs(tmp_path, picture(tmp_path / "nobody.png"))
    kiosk.until_said("kiosk ready")
    wait_for(lambda: kiosk.state()["camera"]["state"] == "ended")
    # The page knows at once, the operator's line follows four times a second.
    wait_for(lambda: "录像已播放完毕" in "".join(kiosk.errors))
    assert kiosk.stop() == 0


def test_a_kiosk_works_without_its_server_and_catches_up_afterwards(
    tmp_path: Path, desk: Desk, visits: Path, runs: Callable[..., Running]
) -> None:
    desk.publish(desk.office.bundle(1), 1)
    enrolled(tmp_path, desk)
    first = runs(tmp_path, visits, "--loop")
    first.until_said("admitted")
    assert first.stop(signal.SIGINT) == 0
    desk.close()
    second = runs(tmp_path, visits, "--loop")
    second.until_said("admitted welcome static entry 2")
    wait_for(lambda: second.state()["link"]["state"] == "offline")
    assert second.state()["waiting"] >= 1
    back = Desk(desk.office, port=desk.port)
    back.publish(desk.office.bundle(1), 1)
    back.stored = desk.stored
    wait_for(lambda: second.state()["waiting"] == 0)
    assert sorted(entry["seq"] for entry in back.stored.values()) == [1, 2]
    assert second.stop() == 0
    back.close()
