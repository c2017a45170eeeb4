"""The screen between visitors: hints, the venue's notices, and what is spoken."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from domain.gate_settings import GateSettings, Notice
from kiosk.hint.hinting import SENTENCES, Hint
from tests.kiosk.screen.looking import contrast, until
from tests.kiosk.stand import Stand


@pytest.mark.parametrize("hint", list(Hint))
def test_a_hint_takes_the_place_of_where_to_hold_the_code(page: Page, stand: Stand, hint: Hint) -> None:
    stand.board.give(hint)
    place = page.locator("#waiting[data-hinting] #hint")
    expect(place).to_contain_text(SENTENCES[hint].zh)
    expect(place).to_contain_text(SENTENCES[hint].en)
    expect(page.locator("#where")).to_be_hidden()
    assert page.locator(f"#icon-{hint}").count() == 1
    assert contrast(page, "#hint .pair > :last-child") >= 4.5
    stand.board.give(None)
    expect(page.locator("#where")).to_be_visible()


def test_notices_take_turns_on_the_idle_screen_and_leave_it_for_an_answer(
    page: Page, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (320, 200), (40, 90, 160)).save(picture, "JPEG")
    notices = (Notice("停水通知", "No water on Saturday", picture.getvalue()), Notice("", "English only"))
    stand.rule(settings=GateSettings(notices=notices))
    stand.board.touch()
    idle = page.locator("#idle")
    expect(idle).to_be_visible()
    expect(idle).to_contain_text("No water on Saturday")
    expect(page.locator("#idle-picture")).to_be_visible()
    until(page, "document.getElementById('idle-picture').naturalWidth === 320")
    stand.show_code(1)
    expect(idle).to_be_hidden()


SPOKEN = """
window.said = [];
window.speechSynthesis.speak = (one) => window.said.push([one.lang, one.text]);
"""


@pytest.mark.parametrize(("language", "first"), [("zh", "zh-CN"), ("en", "en-US")])
def test_answers_are_spoken_only_when_the_venue_says_so(
    browser: Browser, stand: Stand, language: str, first: str
) -> None:
    page = browser.new_page()
    page.add_init_script(SPOKEN)
    page.goto(f"{stand.url}/?lang={language}")
    expect(page.locator("body[data-view=waiting]")).to_be_visible()
    stand.show_code(1)
    expect(page.locator("body[data-view=card]")).to_be_visible()
    assert page.evaluate("window.said") == []
    stand.rule(settings=GateSettings(speaks=True))
    stand.show_code(2)
    expect(page.locator("#card")).to_contain_text("A***")
    until(page, "window.said.length === 2")
    said = page.evaluate("window.said")
    assert [tag for tag, _ in said] == [first, "en-US" if first == "zh-CN" else "zh-CN"]
    assert "欢迎" in said[0][1] + said[1][1]
    page.close()
