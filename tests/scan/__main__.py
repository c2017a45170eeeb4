"""`python -m tests.scan`: a web scanner (wapiti) over the running site, as nobody and as an owner.

Needs the network, to install the scanner into a folder of its own. Each of the two scans begins nothing after
its `--minutes`, and ends what it began within a minute. It opens every page that its role may see, sends the
forms it finds there, and then attacks them module by module; every module begins with the site as it was at
first, so that what one deleted is there for the next.

Prints a line for each module, the findings, and one line of JSON: what was found by severity, what was
reached of the routes in web/views/access.py, and how much was refused. Ends with 1 for anything above
informational, an answer of 500 and above, a call to our listener, or when no time was left for a module.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.scan.listening import listening
from tests.scan.reached import Reached
from tests.scan.wapiti import LEVELS, STEPS, Scan, installed
from tests.scratch import scratch_folder

_CRAWL_SHARE = 0.4
_STARTS_IN_S = 120
_LEAST_S = 5.0


def main(arguments: Sequence[str]) -> int:
    """0 when nothing above informational was found, by nobody and by the owner."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.scan", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=15, help="for each of the two scans, at most")
    parser.add_argument("--depth", type=int, default=2, help="links away from the pages of a role")
    parser.add_argument("--only", choices=["nobody", "owner"], default="")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=STEPS, help="modules, all by default")
    parser.add_argument("--scanner", type=Path, help="wapiti, where it is installed already")
    wanted = parser.parse_args(arguments)
    told: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="codeplace-scan-", dir=scratch_folder()) as name:
        folder = Path(name)
        scanner = wanted.scanner or installed(folder / "wapiti")
        url = f"https://127.0.0.1:{_free_port()}"
        built = subprocess.run(
            [sys.executable, "-m", "tests.scan.site", "build", str(folder / "first"), url],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        world = json.loads(built.stdout.splitlines()[-1])
        for who in ("nobody", "owner"):
            if wanted.only in ("", who):
                told[who] = _scanned(who, world[who], scanner, folder, url, wanted)
    print(json.dumps(told))
    if idle := {step for one in told.values() for step, share in one["not_finished"].items() if not share}:
        print(f"No time was left for {', '.join(sorted(idle))}: give more --minutes.", file=sys.stderr)
    bad = ("findings", "server_errors", "called_out")
    return int(bool(idle) or any(one[name] for one in told.values() for name in bad))


def _scanned(
    who: str, role: dict[str, Any], scanner: Path, folder: Path, url: str, wanted: argparse.Namespace
) -> dict[str, Any]:
    """One scan: its lines on the way, and its figures."""
    began, seconds = time.monotonic(), wanted.minutes * 60
    reached, unfinished = Reached(), {}
    kept = folder / who
    kept.mkdir()
    with listening() as (listener, called):
        headers = dict(role["headers"])
        with _served(folder, url, reached):
            headers["Cookie"] = _cookies(url, headers)
            scan = Scan(scanner, kept, url, headers, listener, role["avoided"])
            scan.crawl(role["paths"], wanted.depth, seconds * _CRAWL_SHARE)
        _tell(who, "crawl", began, reached, 1.0)
        for number, step in enumerate(wanted.steps):
            if time.monotonic() > began + seconds:
                unfinished[step] = 0.0
                continue
            with _served(folder, url, reached):
                left = began + seconds - time.monotonic()
                scan.attack(step, max(_LEAST_S, left / (len(wanted.steps) - number)))
            share = scan.attacked(step)
            if share < 1:
                unfinished[step] = max(0.01, round(share, 2))  # 0 is for what never began
            _tell(who, step, began, reached, share)
    for path in called:
        print(f"{who}\tthe site called out: {path}", flush=True)
    levels = dict.fromkeys(LEVELS, 0)
    explained = 0
    for finding in scan.findings():
        why = finding.explained
        explained += bool(why)
        levels[LEVELS[finding.level]] += not why
        level = f"explained ({why})" if why else LEVELS[finding.level]
        print(f"{who}\t{level}\t{finding.kind}\t{finding.told}", flush=True)
    for fault, times in reached.faults.items():
        print(f"{who}\tserver error\t{fault}\t{times} times", flush=True)
    return {
        "findings": sum(levels[name] for name in LEVELS[1:]),
        **levels,
        "explained": explained,
        "server_errors": sum(reached.faults.values()),
        "called_out": len(called),
        "requests_kept": scan.crawled(),
        **_figures(role, reached),
        "not_finished": unfinished,
        "seconds": round(time.monotonic() - began),
    }


def _figures(role: dict[str, Any], reached: Reached) -> dict[str, Any]:
    """What was reached of what the role may, and how much was turned away."""
    pages, forms = set(role["pages"]), set(role["forms"])
    return {
        "pages": f"{len(pages & reached.pages)} of {len(pages)}",
        "pages_missed": sorted(pages - reached.pages),
        "forms": f"{len(forms & reached.forms)} of {len(forms)}",
        "forms_that_did_something": len(forms & reached.forms_let_in),
        "forms_missed": sorted(forms - reached.forms),
        "requests": reached.requests,
        "forms_sent": reached.sent_forms,
        "refused_share": round(sum(reached.refused.values()) / max(1, reached.requests), 3),
        "refused": {why: round(n / reached.requests, 3) for why, n in reached.refused.most_common()},
        "slowest_ms": list(reached.slowest),
    }


@contextmanager
def _served(folder: Path, url: str, reached: Reached) -> Iterator[None]:
    """A fresh copy of the site until the block ends; then what it was asked is counted."""
    home, log = folder / "site", folder / "requests.tsv"
    shutil.copytree(folder / "first", home)
    command = [sys.executable, "-m", "tests.scan.site", "serve", str(home), url, str(log)]
    site = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(url, site)
        yield
    finally:
        site.kill()
        site.wait()
        shutil.rmtree(home)
    with log.open(encoding="utf-8") as lines:
        reached.note(line for line in lines if line.endswith("\n"))


def _await(url: str, site: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _STARTS_IN_S
    while time.monotonic() < until and site.poll() is None:
        try:
            httpx.get(f"{url}/healthz", verify=False)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("The site of the scan did not start.")


def _cookies(url: str, headers: dict[str, str]) -> str:
    """All cookies of a browser that opened a page with a form: the session's, and that of its forms.

    The scanner opens pages side by side, each as if it were the first: no token would fit its form.
    """
    with httpx.Client(base_url=url, headers=headers, verify=False) as client:
        client.get("/account" if "Cookie" in headers else "/sign-in").raise_for_status()
        own = [f"{name}={value}" for name, value in client.cookies.items()]
    return "; ".join([*own, *([headers["Cookie"]] if "Cookie" in headers else [])])


def _tell(who: str, step: str, began: float, reached: Reached, share: float) -> None:
    """One line of progress."""
    after = time.monotonic() - began
    print(
        f"{who:8}{step:50}{after:6.0f} s {reached.requests:8,} requests {share:5.0%} of them", file=sys.stderr
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
