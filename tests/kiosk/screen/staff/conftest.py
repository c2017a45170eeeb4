"""The staff's side of the screen in a browser, behind its PIN."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.gate_settings import PIN_SALT_BYTES, GateSettings, sealed_pin
from tests.kiosk.stand import Stand

PIN = "2580"
SETTINGS = GateSettings(pin=sealed_pin(PIN, bytes(PIN_SALT_BYTES)))


@pytest.fixture
def stand() -> Iterator[Stand]:
    made = Stand()
    made.rule(settings=SETTINGS)
    yield made
    made.close()


@pytest.fixture
def page(browser: Browser, stand: Stand) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(stand.url)
    expect(page.locator("body[data-view=waiting]")).to_be_visible()
    yield page
    page.close()
    assert faults == []


def enter(page: Page) -> None:
    page.click("#staff-open")
    for digit in PIN:
        page.click(f"[data-panel=pin] [data-key='{digit}']")
    page.click("#pin-form [type=submit]")
    expect(page.locator("section[data-panel=menu]")).to_be_visible()
