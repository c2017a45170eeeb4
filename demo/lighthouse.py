"""Lighthouse on the pages of visitors' phones: installed by npm outside of this tree, run on this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from demo.browser import chromium_path
from domain.errors import UnavailableError
from domain.wording import Sentence

LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices")
_VERSION = "12.8.2"
_INSTALL_S, _RUN_S = 600, 240
_TRIES = 3


def installed() -> Path:
    """The command, put into the user's cache the first time; UnavailableError when npm cannot get it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "codeplace" / f"lighthouse-{_VERSION}"
    command = folder / "node_modules" / ".bin" / "lighthouse"
    if command.exists():
        return command
    npm = shutil.which("npm")
    if npm is None:
        raise _unavailable("npm is not there", "未找到 npm")
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", f"lighthouse@{_VERSION}"],
        capture_output=True,
        text=True,
        timeout=_INSTALL_S,
        check=False,
    )
    if done.returncode or not command.exists():
        why = (done.stderr.strip().splitlines() or ["npm"])[-1]
        raise _unavailable(why, why)
    return command


def scored(pages: dict[str, str]) -> Iterator[tuple[str, dict[str, int]]]:
    """Each page's scores of 100 by category, on the phone and the network that Lighthouse imitates."""
    command = installed()
    with tempfile.TemporaryDirectory() as folder:
        for name, address in pages.items():
            yield name, _scores(command, address, Path(folder) / "report.json")


def _scores(command: Path, address: str, report: Path) -> dict[str, int]:
    """What it says; a trace that Chromium lost on a busy machine is taken again, a low score never is."""
    for left in reversed(range(_TRIES)):
        report.unlink(missing_ok=True)
        done = _run(command, address, report)
        if done.returncode == 0 and report.exists():
            break
        if not left:
            why = (done.stderr.strip().splitlines() or ["lighthouse"])[-1]
            raise _unavailable(why, why)
    told = json.loads(report.read_text("utf-8"))["categories"]
    return {name: round(100 * (told[name]["score"] or 0)) for name in CATEGORIES}


def _run(command: Path, address: str, report: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            *(str(command), address, "--quiet", "--output=json", f"--output-path={report}"),
            f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        ],
        env={**os.environ, "CHROME_PATH": chromium_path()},
        capture_output=True,
        text=True,
        timeout=_RUN_S,
        check=False,
    )


def _unavailable(en: str, zh: str) -> UnavailableError:
    return UnavailableError(Sentence(f"Lighthouse cannot be run: {en}.", f"无法运行 Lighthouse：{zh}。"))
