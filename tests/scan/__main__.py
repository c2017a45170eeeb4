"""`python -m tests.scan`: a web scanner (wapiti) over the running site, as nobody and as an owner.

It needs the network, to install the scanner into a folder of its own. All that it finds is printed; what is
above informational makes the command fail.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

WAPITI = "wapiti3==3.2.3"
# Without "ldap": there is none here, and the module takes any page that differs for a hit.
MODULES = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,log4shell,methods,permanentxss,"
    "redirect,shellshock,sql,ssl,ssrf,timesql,upload,xss,xxe"
)
LEVELS = ("informational", "low", "medium", "high", "critical")
_FIELD = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def main(arguments: Sequence[str]) -> int:
    """0 when nothing above informational was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.scan", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="for each of the two scans")
    parser.add_argument("--depth", type=int, default=4, help="how many links away from the first page")
    parser.add_argument("--only", choices=["nobody", "owner"], default="")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="scan-") as folder:
        scanner = _installed(Path(folder) / "wapiti")
        with _served(Path(folder) / "site") as at:
            url, poster = at["url"], at["poster"]
            start = [
                f"{url}/",
                f"{url}{poster}",
                f"{url}/me",
                f"{url}/privacy",
                f"{url}/sign-in",
                f"{url}/join",
            ]
            runs = [
                ("nobody", _cookie(at, signs_in=False), start),
                ("owner", _cookie(at, signs_in=True), [f"{url}/", f"{url}/desk", *start[1:2]]),
            ]
            found: dict[str, object] = {}
            worst = 0
            for who, given, pages in [run for run in runs if wanted.only in ("", run[0])]:
                print(f"scanning as {who} …", file=sys.stderr, flush=True)
                report = _scanned(scanner, Path(folder) / f"{who}.json", pages, given, wanted)
                findings = _findings(report)
                for level, category, where in findings:
                    print(f"{who}\t{LEVELS[level]}\t{category}\t{where}", flush=True)
                worst = max([worst, *(level for level, _, _ in findings)])
                counts = {
                    name: sum(level == at for level, _, _ in findings) for at, name in enumerate(LEVELS)
                }
                found[who] = {"pages": report["infos"].get("crawled_pages_nbr"), **counts}
    print(json.dumps(found))
    return int(worst > 0)


def _installed(folder: Path) -> Path:
    print(f"installing {WAPITI} …", file=sys.stderr)
    venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin/pip", "install", "-q", WAPITI], check=True)
    return folder / "bin/wapiti"


@contextmanager
def _served(home: Path) -> Iterator[dict[str, str]]:
    """The site in a process of its own: its address, who signs in, and the path of a poster."""
    home.mkdir()
    command = [sys.executable, "-m", "tests.scan.site", str(home), str(_free_port())]
    site = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert site.stdout is not None
        said = site.stdout.readline()
        if not said:
            raise SystemExit("the site did not start")
        yield json.loads(said)
    finally:
        site.kill()
        site.wait()


def _cookie(at: dict[str, str], *, signs_in: bool) -> str:
    """The cookies of a browser that opened the site, and of the owner's after signing in.

    The scanner opens pages side by side, each as if it were the first: no token would fit its form.
    """
    with httpx.Client(base_url=at["url"], follow_redirects=False, verify=False) as client:
        shown = _FIELD.search(client.get("/sign-in").text)
        assert shown, "no form to sign in with"
        if not signs_in:
            return _sent(client)
        form = {"csrf_token": shown[1], "login": at["login"], "password": at["password"]}
        # The referrer as a browser sends it: over TLS the form asks for it.
        answer = client.post(
            "/sign-in", data=form, headers={"Origin": at["url"], "Referer": f"{at['url']}/sign-in"}
        )
        assert answer.status_code == 303, answer.status_code
        assert client.get("/").status_code == 200
        return _sent(client)


def _sent(client: httpx.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def _scanned(
    scanner: Path, out: Path, pages: Sequence[str], cookie: str, wanted: argparse.Namespace
) -> dict[str, dict[str, object]]:
    """The report of one scan over everything that the first page leads to."""
    host = urlsplit(pages[0])
    command = [
        *(str(scanner), "-u", pages[0], "--scope", "folder", "-m", MODULES, "-f", "json", "-o", str(out)),
        *(
            "--flush-session",
            "--no-bugreport",
            "-d",
            str(wanted.depth),
            "--max-scan-time",
            str(int(wanted.minutes * 60)),
        ),
        *("--max-attack-time", "60", "-v", "0", "--tasks", "4"),
        *("-x", f"{host.scheme}://{host.netloc}/sign-out"),
        *(part for page in pages[1:] for part in ("-s", page)),
    ]
    # As a browser would: without it every form is refused, and nothing behind it is looked at.
    command += ["-H", f"Origin: {host.scheme}://{host.netloc}"]
    if cookie:
        command += ["-H", f"Cookie: {cookie}"]
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "HOME": str(out.parent)}
    )
    report: dict[str, dict[str, object]] = json.loads(out.read_text("utf-8"))
    return report


def _findings(report: dict[str, dict[str, object]]) -> list[tuple[int, str, str]]:
    return [
        (
            int(item["level"]),
            category,
            f"{item['method']} {item['path']} {item.get('parameter') or ''}: {item['info']}",
        )
        for part in ("vulnerabilities", "anomalies")
        for category, items in report[part].items()
        if isinstance(items, list)
        for item in items
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
