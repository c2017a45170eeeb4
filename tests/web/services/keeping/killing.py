"""Work of other processes that are killed again and again until it is done."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from web.services.installation import Installation, opened
from web.settings import Settings

_ROOT = Path(__file__).parents[4]


def is_killed(what: str, home: Path, now_ms: int, at: int, before: int, *more: str) -> bool:
    """Run it in a process that is killed at its write `at`, before or after it; False when it ended first."""
    command = [sys.executable, "-m", "tests.web.services.keeping.killed", what, str(home), str(now_ms)]
    done = subprocess.run([*command, str(at), str(before), *more], cwd=_ROOT, check=False)
    assert done.returncode in (0, -signal.SIGKILL)
    return done.returncode != 0


def until_it_is_done(what: str, home: Path, now_ms: int, *more: str, stride: int = 1) -> int:
    """Run it again and again, each time killed a little later or earlier; how often it was killed."""
    killed = 0
    while True:
        at, before = stride * (2 + killed % 4), killed % 2
        if not is_killed(what, home, now_ms, at, before, *more):
            return killed
        killed += 1
        assert killed < 60


def handed_over(inst: Installation, work: Callable[[Path, int], None]) -> Installation:
    """Close the installation for what other processes do with it; it is opened again after that."""
    inst.close()
    work(inst.settings.home, inst.now_ms())
    return opened(Settings(inst.settings.home, "", inst.settings.base_url, "Pilot"), inst.now_ms)
