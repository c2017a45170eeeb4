"""`python -m web …` within this process, by the same root: starting one takes a second of a processor."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from web.__main__ import main


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def run(home: Path, *words: str, **settings: str) -> Done:
    """What `python -m web` with these words does to a data folder; test_commands.py binds it to a process."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["web", *words])
        for name in ("DATABASE_URL", "BASE_URL"):
            patch.delenv(name, raising=False)
        for name, value in {"DATA_DIR": str(home), **settings}.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
    structlog.reset_defaults()
    return Done(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def refused(done: Done, *words: str) -> None:
    """It ended with a sentence in both languages, and without a traceback."""
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    english, chinese = done.stderr.splitlines()
    for word in words:
        assert word in english
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
