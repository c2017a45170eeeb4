"""The head that a gate keeps: none yet, damaged, shown to a person, or given up for another."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.__main__ import kiosk as commands
from kiosk.host.identity import Identity, saved_identity, state_folder
from kiosk.log.head import FILE_NAME
from kiosk.log.witnessing import ACCEPT_NAME
from tests.domain.owned_log import ORIGIN
from tests.kiosk.log.conftest import Served, forked
from tests.kiosk.office import EAST


def test_an_older_server_has_no_log_to_witness(served: Served):
    served.teach()
    served.bench.fill(2)
    served.sync()
    assert (served.waiting, served.told, served.witness.asked()) == (0, [], None)


def test_a_log_that_is_still_empty_settles_entries(served: Served):
    served.answer = lambda reply, body: reply  # type: ignore[method-assign]
    served.bench.fill(2)
    served.sync()
    assert (served.waiting, served.witness.head, served.witness.refused) == (0, None, None)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"v":2}', b"\xff", b'{"v":1,"note":"x","key":"y"}', b"[" * 9_999]
)
def test_a_damaged_head_is_set_aside_and_said(seen: Served, content: bytes):
    (seen.bench.home / FILE_NAME).write_bytes(content)
    again = seen.again()
    assert again.notice is not None
    assert again.head is None
    assert [path.read_bytes() for path in seen.bench.home.glob(f"{FILE_NAME}.damaged-*")] == [content]
    assert again.heard(seen.log.note(20), ()) == "vouched"
    assert again.notice is None


def test_a_head_that_cannot_be_kept_settles_nothing(seen: Served):
    (seen.bench.home / FILE_NAME).unlink()
    (seen.bench.home / FILE_NAME).mkdir()
    seen.size = 30
    seen.bench.fill(1)
    seen.sync()
    assert (seen.waiting, seen.witness.refused) == (1, None)
    (seen.bench.home / FILE_NAME).rmdir()
    seen.bench.time.passes(6)
    seen.sync()
    assert seen.waiting == 0


def test_a_quiet_gate_asks_about_the_log_once_a_minute(served: Served):
    for _ in range(20):
        served.delivery.look()
        served.delivery.step()
        served.bench.time.passes(30)
    assert 9 <= len(served.told) <= 11
    assert served.witness.head is not None


def test_the_command_shows_the_head_and_lets_another_log_be_followed(seen: Served, tmp_path: Path):
    home = tmp_path / "home"
    key = seen.bench.office.note_key
    saved_identity(home, Identity("http://127.0.0.1:1", "kiosk-1", "secret", key, EAST))

    def log(*more: str) -> tuple[int, str]:
        done = CliRunner().invoke(commands, ["log", "--home", str(home), *more])
        return done.exit_code, done.output

    assert log()[0] == 0
    assert "尚未见过日志头" in log()[1]
    folder = state_folder(home, "kiosk-1")
    folder.mkdir(parents=True)
    seen.log = forked(seen.log)
    seen.sync()
    (folder / FILE_NAME).write_bytes((seen.bench.home / FILE_NAME).read_bytes())
    status, output = log()
    assert status == 1
    assert f"{ORIGIN}\n20\n" in output
    assert "REFUSED since" in output
    assert "不是此前所见日志的延续" in output
    assert log("--accept")[0] == 0
    assert (folder / ACCEPT_NAME).exists()
    (folder / FILE_NAME).write_bytes(b"no json")
    assert log()[0] == 1


def test_a_gate_that_has_no_head_yet_looks_again_within_seconds(served: Served):
    """The first entry is under no checkpoint when it is taken; the gate does not wait a minute for one."""
    signed, served.answer = served.answer, lambda reply, body: reply  # type: ignore[method-assign]
    served.bench.fill(1)
    served.sync()
    assert served.witness.head is None
    served.answer = signed  # type: ignore[method-assign]
    began_s = served.bench.time.boot / 1000
    while served.witness.head is None and served.bench.time.boot / 1000 < began_s + 120:
        served.delivery.step()
        served.bench.time.passes(max(0.0, served.delivery.due_s - served.bench.time.boot / 1000) + 0.1)
    assert served.bench.time.boot / 1000 < began_s + 12
