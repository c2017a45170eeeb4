"""Enrolling a kiosk: by text or camera, once, and never at the cost of what it keeps."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from domain.enrolment import Enrolment, enrolment_text
from kiosk.host.identity import loaded_identity, state_folder
from kiosk.spool.spool import Spool
from tests.kiosk.plain_entries import sealed
from tests.kiosk.programs import (
    assert_sentence,
    called,
    enrolled,
    enrolment,
    picture,
)
from tests.kiosk.server import Desk
from tests.ports import free_port


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
    assert_sentence(called("enrol", text, "--home", str(tmp_path)), 1, "No connection", "无法连接")


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
