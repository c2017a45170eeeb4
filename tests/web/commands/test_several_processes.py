"""`serve --processes` and `worker`: for PostgreSQL alone; what ends is started again, and all end as one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.ports import free_port


def command(home: Path, url: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "DATA_DIR": str(home), "DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "web", *arguments], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def answered(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=60).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("arguments", [("serve", "--processes", "2"), ("worker",)])
def test_an_embedded_database_has_one_process(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    port = ("--port", str(free_port())) if "serve" in arguments else ()
    said, complained = command(tmp_path, "", *arguments, *port).communicate(timeout=120)
    assert said == ""
    assert "PostgreSQL" in complained
    assert "多个进程" in complained


def test_a_process_that_is_killed_comes_back_and_none_outlives_the_first(
    tmp_path: Path, emptied_postgres: str
) -> None:
    port = free_port()
    site = command(tmp_path, emptied_postgres, "serve", "--port", str(port), "--processes", "2")
    assert site.stdout is not None
    assert site.stdout.readline().startswith("ready ")
    first = children(site.pid)
    assert len(first) == 3  # two that serve, and the worker
    assert answered(port)
    os.kill(first[0], signal.SIGKILL)
    until = time.monotonic() + 90
    while first[0] in children(site.pid) or len(children(site.pid)) < 3:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert answered(port)
    site.kill()
    site.wait()
    while any(Path(f"/proc/{one}").exists() for one in first[1:]):
        assert time.monotonic() < until + 90
        time.sleep(0.05)
