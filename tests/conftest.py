"""What all tests share: where their files lie, in which order they run, and the one browser of a process."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from demo.browser import chromium_path
from tests.scratch import scratch_folder

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]


def pytest_configure() -> None:
    """Let pytest's own temporary folders be where files cost nothing, unless somebody chose a place."""
    folder = scratch_folder()
    if folder:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)


# Playwright allows one at a time in a thread, whichever test is first.
@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield launched
        launched.close()
