"""The scanner: installed into a folder of its own, and run one step at a time over one session."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

WAPITI = "wapiti3==3.2.3"
# What runs together, quick ones first. permanentxss looks for what xss sent, on the same site. Left out are
# ldap (there is none here, and it takes any page that differs for a hit), log4shell (asks a name server of
# the scanner's makers; for programs in Java), and modules for other programs (cms, wp, network devices).
STEPS = (
    *(
        "cookieflags,csp,http_headers,htaccess,methods,ssl",
        "csrf",
        "backup",
        "shellshock",
        "redirect",
        "crlf",
    ),
    *("upload", "xxe", "ssrf", "timesql", "xss,permanentxss", "sql", "exec", "file"),
)
LEVELS = ("informational", "low", "medium", "high", "critical")
_STOPPED = "Max attack time was reached"
_AVOIDED = ("/sign-out", "/static/*", "/bootstrap/*")
# How long the scanner may take beyond what it was given, to begin and to write its report.
GRACE_S = 60


# What the scanner cannot know, by kind of finding and beginning of a path. Each is printed with its reason.
_EXPLAINED = {
    ("Cross Site Request Forgery", "/me/own"): (
        "asks for the visitor's secret in the Authorization header, which no form of another site can send"
    ),
}


@dataclass(frozen=True)
class Finding:
    """What the scanner says: how bad it is (an index of LEVELS), which kind, and where."""

    level: int
    kind: str
    path: str
    told: str

    @property
    def explained(self) -> str:
        """Why this is none; empty for all that is."""
        return next(
            (
                why
                for (kind, path), why in _EXPLAINED.items()
                if kind == self.kind and self.path.startswith(path)
            ),
            "",
        )


@dataclass(frozen=True)
class Scan:
    """A scanner, the site and what it is to send along; `folder` holds what it found so far."""

    scanner: Path
    folder: Path
    url: str
    headers: Mapping[str, str]
    listener: str
    avoided: Sequence[str] = ()

    def crawl(self, paths: Sequence[str], depth: int, seconds: float) -> None:
        """Open these pages and what they lead to, and send their forms as they stand."""
        begin = self.folder / "begin.txt"
        begin.write_text("".join(f"{self.url}{path}\n" for path in paths), encoding="utf-8")
        more = ["-s", str(begin), "-d", str(depth), "--max-scan-time", str(round(seconds)), "-m", ""]
        self._run("crawl", more, seconds)

    def attack(self, step: str, seconds: float) -> bool:
        """Try the modules of one step on what was crawled; False when the scanner had to be ended."""
        each = seconds / len(step.split(","))
        return self._run(step, ["--skip-crawl", "-m", step, "--max-attack-time", str(round(each))], seconds)

    def findings(self) -> list[Finding]:
        """All that was found so far, also by a step that had to be ended."""
        asked = """SELECT DISTINCT level, category, path,
                                   method || ' ' || path || ' ' || parameter || ': ' || info
                   FROM payloads JOIN paths ON path_id = evil_path_id WHERE type <> 'additional'"""
        return [
            Finding(int(str(level)), str(kind), urlsplit(str(url)).path, str(told))
            for level, kind, url, told in self._rows(asked)
        ]

    def attacked(self, step: str) -> float:
        """Which part of the crawled requests the modules of a step are done with, from 0 to 1.

        Some modules look at forms only: one that was not stopped by its time is through with all of them.
        """
        said = (self.folder / f"{step}.said").read_text("utf-8", "replace")
        if _STOPPED not in said and self._report(step).exists():
            return 1.0
        modules = step.split(",")
        marks = ", ".join("?" * len(modules))
        done = self._counted(f"SELECT count(*) FROM attack_logs WHERE module IN ({marks})", *modules)
        return min(0.99, done / max(1, self.crawled() * len(modules)))

    def crawled(self) -> int:
        """How many requests the crawl kept, forms and each page with each of its queries."""
        return self._counted("SELECT count(*) FROM paths WHERE evil = 0 AND response_id IS NOT NULL")

    def _counted(self, query: str, *values: str) -> int:
        return int(str(self._rows(query, *values)[0][0]))

    def _rows(self, query: str, *values: str) -> list[tuple[object, ...]]:
        (session,) = self.folder.glob("*.db")
        with closing(sqlite3.connect(session)) as database:
            return database.execute(query, values).fetchall()

    def _report(self, step: str) -> Path:
        return self.folder / f"{step}.json"

    def _run(self, step: str, more: Sequence[str], seconds: float) -> bool:
        headers = {**self.headers, "Origin": self.url}
        command = [
            *(str(self.scanner), "-u", f"{self.url}/", "--scope", "folder", "-f", "json"),
            *("-o", str(self._report(step)), "--store-session", str(self.folder)),
            # Polite: of a page with many filters some combinations and not hundreds.
            *("--no-bugreport", "-v", "1", "--tasks", "4", "-S", "polite"),
            *(part for path in (*_AVOIDED, *self.avoided) for part in ("-x", f"{self.url}{path}")),
            # The token of a form is tried by hand (tests/web/pages/asking/test_guards.py): changed, all is
            # refused.
            *("--skip", "csrf_token", "--endpoint", self.listener),
            *(part for name, value in headers.items() for part in ("-H", f"{name}: {value}")),
            *more,
        ]
        with (self.folder / f"{step}.said").open("wb") as said:
            try:
                subprocess.run(
                    command,
                    check=False,
                    stdout=said,
                    stderr=said,
                    timeout=seconds + GRACE_S,
                    env={**os.environ, "HOME": str(self.folder)},
                )
            except subprocess.TimeoutExpired:
                return False
        return self._report(step).exists()


def installed(folder: Path) -> Path:
    """The scanner's program, in an environment of its own; needs the network."""
    print(f"installing {WAPITI} …", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin/pip", "install", "-q", WAPITI], check=True)
    return folder / "bin/wapiti"
