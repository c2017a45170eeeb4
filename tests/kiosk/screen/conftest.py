"""The screen in a browser, with a card that stays until the test has looked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kiosk.stand import Stand

# Plays no sound here, but keeps what would have sounded.
RECORDED_SOUND = """
window.tones = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) {
  window.tones.push(Math.round(this.frequency.value) + this.type);
  return start.call(this, at);
};
"""


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.setattr("kiosk.screen.board.SHOWN_MS", 60_000)
    made = Stand()
    yield made
    made.close()


@pytest.fixture
def page(browser: Browser, stand: Stand) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.add_init_script(RECORDED_SOUND)
    page.goto(stand.url)
    expect(page.locator("body[data-view=waiting]")).to_be_visible()
    yield page
    page.close()
    assert faults == []
