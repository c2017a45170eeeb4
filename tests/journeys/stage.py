"""What a journey stands on: processes as users start them, a seeded place, clips of the minute."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from demo import seed
from demo.clip import FPS, SIZE, render, write_clip
from demo.scene import length_s, script
from tests.ports import free_port
from web.services.installation import Installation, opened
from web.settings import Settings

ROOT = Path(__file__).parents[2]
_STAYS_S, _GAP_S, _REST_S = 3.6, 0.6, 1.5


def eventually(what: Callable[[], object], seconds: float, told: str) -> object:
    """What the condition gives once it is true; fails with `told` when that takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.2)
    pytest.fail(f"after {seconds} s: {told}")


def fetched(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.loads(answer.read())


@dataclass
class Process:
    """A command as a user starts it, its words kept for the failure message."""

    arguments: list[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    popen: subprocess.Popen[bytes] | None = None

    def start(self, ready: str, seconds: float = 120.0) -> Process:
        with self.log.open("ab") as out:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", *self.arguments],
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environment},
            )
        before = self.words().count(ready)
        eventually(
            lambda: self.words().count(ready) > before or (self.popen and self.popen.poll() is not None),
            seconds,
            f"{self.arguments} never said {ready!r}: {self.words()}",
        )
        assert self.popen.poll() is None, self.words()
        return self

    def words(self) -> str:
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def stop(self, how: int = signal.SIGTERM, seconds: float = 60.0) -> int:
        assert self.popen is not None
        if self.popen.poll() is None:
            self.popen.send_signal(how)
        return self.popen.wait(seconds)

    def kill(self) -> None:
        if self.popen is not None and self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()


@dataclass
class Place:
    """A seeded installation that no process has opened yet, and the addresses it will have."""

    home: Path
    port: int
    demo: seed.Demo
    first: seed.FirstLook
    enrolment: str
    phones: list[dict[int, str]]
    kiosk_port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def kiosk_url(self) -> str:
        return f"http://127.0.0.1:{self.kiosk_port}"

    def environment(self) -> dict[str, str]:
        return {"DATA_DIR": str(self.home), "BASE_URL": self.url}

    def phone(self, who: int) -> str:
        """What a visitor's phone shows whose clock is four minutes ahead.

        Gates take such a code from now on, so it is good however long it takes to be held before a camera.
        """
        return self.phones[who][int(time.time() + 240) // 30 * 30]

    def opened(self) -> Installation:
        """The installation in this process; only while no site runs on it."""
        settings = Settings(home=self.home, base_url=self.url)
        return opened(settings, lambda: time.time_ns() // 1_000_000)


def walk(visits: list[tuple[str, str, str]], path: Path) -> Path:
    """A clip of these visits (what is shown, text, difficulty), one after the other, at `path`."""
    appearances = script(visits, stays_s=_STAYS_S, gap_s=_GAP_S, first_s=0.5)
    write_clip(path, render(appearances, length_s(appearances, _REST_S)), FPS, SIZE)
    return path


def signed_in(browser: Browser, place: Place) -> Page:
    """A page of a new browser context in which the owner of the demo's enterprise has signed in."""
    page = _password_given(browser, place, place.first.login, place.first.password)
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def administrator(browser: Browser, place: Place) -> Page:
    """The same for the administrator of everything, who sets a second factor up on the way; once a place."""
    page = _password_given(browser, place, place.first.admin_login, place.first.admin_password)
    page.wait_for_url("**/sign-in/set-up**")
    page.locator(".spelt summary").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.fill("[name=code]", pyotp.TOTP(secret).now())
    page.click("main button.btn-primary")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    page.click("main a.btn-primary")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def _password_given(browser: Browser, place: Place, login: str, password: str) -> Page:
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(f"{place.url}/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("main button[type=submit], main button.btn-primary")
    return page


def rows(page: Page) -> list[str]:
    """The entries on a log page, newest first, each as one line."""
    return [" ".join(text.split()) for text in page.locator("#rows tr").all_inner_texts()]


def downloaded(page: Page, place: Place) -> list[dict[str, str]]:
    """The log's CSV by its English column names, oldest first."""
    answer = page.request.get(f"{place.url}/venues/{place.demo.venue_id}/log.csv")
    assert answer.ok, answer.status
    header, *lines = csv.reader(io.StringIO(answer.body().decode("utf-8-sig")))
    names = [re.sub(r" [\u4e00-\u9fff].*", "", name) for name in header]
    return [dict(zip(names, line, strict=True)) for line in reversed(lines)]


def minutes_of(row: dict[str, str]) -> float:
    """The Unix time of a row's entry, in seconds."""
    return datetime.fromisoformat(row["time (UTC)"]).timestamp()
