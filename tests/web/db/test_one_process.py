"""One process at a time on an embedded database, and none kept out after a death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import UnavailableError
from tests.web.tenants import SettableClock
from web.db.connecting.lock import ProcessLock
from web.services.installation import opened
from web.settings import Settings

_HOLDS = """
import sys
from pathlib import Path
from web.db.connecting.lock import ProcessLock
lock = ProcessLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def holder(home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDS, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_refused_with_a_sentence_and_let_in_after_a_kill(tmp_path: Path):
    with holder(tmp_path) as process:
        with pytest.raises(UnavailableError, match="Another process") as refused:
            ProcessLock(tmp_path)
        assert str(tmp_path) in refused.value.sentence.zh
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    ProcessLock(tmp_path).release()


def test_two_processes_with_folders_of_their_own_but_one_database_file_are_kept_apart(
    tmp_path: Path, clock: SettableClock
):
    url = f"sqlite:///{tmp_path / 'shared' / 'one.db'}"
    (tmp_path / "shared").mkdir()
    first = opened(Settings(tmp_path / "a", url), clock)
    try:
        with pytest.raises(UnavailableError, match="Another process"):
            opened(Settings(tmp_path / "b", url), clock)
    finally:
        first.close()


def test_a_failed_start_lets_the_next_one_in(tmp_path: Path, clock: SettableClock):
    home = tmp_path / "var"
    home.mkdir()
    (home / "codeplace.db").write_bytes(b"not a database at all, but long enough to look at" * 20)
    with pytest.raises(UnavailableError, match="does not open"):
        opened(Settings(home), clock)
    (home / "codeplace.db").unlink()
    opened(Settings(home), clock).close()


@pytest.mark.parametrize("home", ["/dev/null/var", "/proc/var"])
def test_a_folder_that_cannot_be_made_is_a_sentence(home: str, clock: SettableClock):
    with pytest.raises(UnavailableError, match=home) as refused:
        opened(Settings(Path(home)), clock)
    assert "DATA_DIR" in refused.value.sentence.zh


def test_a_lock_that_cannot_be_taken_for_another_reason_does_not_speak_of_processes(tmp_path: Path):
    (tmp_path / "one-process.lock").mkdir()
    with pytest.raises(UnavailableError, match=r"one-process\.lock") as refused:
        ProcessLock(tmp_path)
    assert "Another process" not in refused.value.sentence.en
