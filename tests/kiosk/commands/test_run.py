"""What `run` refuses before it touches anything, in a sentence."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kiosk.host.identity import state_folder
from kiosk.spool.file import FILE_NAME
from kiosk.spool.spool import Spool
from tests.kiosk.programs import (
    assert_sentence,
    called,
    enrolled,
    picture,
)
from tests.kiosk.server import Desk
from tests.ports import free_port


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
