"""Somebody on hold: the guard reads what to do, and everybody else only “please speak to the staff”."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from domain.hold import LEVEL_NAMES, LEVEL_ORDERS, Hold, HoldLevel
from kiosk.desk.acts import ACTS
from kiosk.desk.form import Form
from kiosk.gate.answer import Card
from tests.kiosk.screen.staff.conftest import SETTINGS, enter
from tests.kiosk.stand import Stand, now_ms

INSTRUCTION = "Fetch Ms Chen 陈女士, 8021"
YELLOW, RED = Hold(HoldLevel.YELLOW), Hold(HoldLevel.RED, instruction=INSTRUCTION)


@pytest.fixture
def stand() -> Iterator[Stand]:
    made = Stand()
    yield made
    made.close()


def hold(stand: Stand, *holds: Hold) -> None:
    stand.holds = holds
    stand.rule(settings=SETTINGS)


def told(stand: Stand) -> list[str]:
    """The levels and instructions that the staff's side shows."""
    standing = stand.staff.overview.state()["standing"]
    assert isinstance(standing, dict)
    return [f"{one['level']['en']} {one['instruction']}".strip() for one in standing["holds"]]


def test_the_guard_is_told_what_to_do_the_gravest_first(stand: Stand) -> None:
    hold(stand, YELLOW, RED)
    assert stand.show_code(1).card is Card.REFERRED
    assert told(stand) == [f"Red {INSTRUCTION}", "Yellow"]
    stand.show_code(2)
    assert told(stand) == [], "the next visitor is not on hold"


def test_a_short_number_brings_the_same_instruction(stand: Stand) -> None:
    hold(stand, RED)
    ACTS["number"](stand.staff.desk, Form({"number": stand.short_number(1)}))
    assert told(stand) == [f"Red {INSTRUCTION}"]


def test_a_hold_that_is_over_is_not_shown(stand: Stand) -> None:
    hold(stand, Hold(HoldLevel.RED, now_ms() - 1, INSTRUCTION), YELLOW)
    stand.show_code(1)
    assert told(stand) == ["Yellow"]
    hold(stand, Hold(HoldLevel.RED, now_ms() - 1, INSTRUCTION))
    assert stand.show_code(1).card is Card.ADMITTED
    assert told(stand) == []


def public(stand: Stand) -> str:
    """All that the screen gets without a PIN."""
    with urlopen(f"{stand.url}/state") as state, urlopen(stand.url) as page:
        return f"{state.read().decode()}\n{page.read().decode()}"


def test_red_and_yellow_are_one_answer_on_the_public_screen(stand: Stand) -> None:
    said = []
    for kept in (YELLOW, RED):
        hold(stand, kept)
        answer = stand.show_code(1)
        said.append((answer.card, answer.word, answer.sentence, answer.name, answer.noted))
        seen = public(stand)
        assert answer.sentence.zh in seen
        assert INSTRUCTION not in seen
        assert "陈女士" not in json.dumps(seen)
        for words in (*LEVEL_NAMES.values(), *LEVEL_ORDERS.values()):
            assert words.zh not in seen
            assert not re.search(rf"\b{re.escape(words.en)}", seen, re.IGNORECASE)
    assert said[0] == said[1]


def test_without_the_pin_nobody_gets_the_instruction(stand: Stand) -> None:
    hold(stand, RED)
    stand.show_code(1)
    with urlopen(f"{stand.url}/staff/overview") as answer:
        assert (answer.status, answer.read()) == (204, b"")


@pytest.mark.parametrize(("language", "first"), [("zh", "红色管控"), ("en", "Red hold")])
def test_the_staffs_screen_shows_level_orders_and_instruction(
    browser: Browser, stand: Stand, language: str, first: str
) -> None:
    hold(stand, RED, YELLOW)
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{stand.url}/?lang={language}")
    stand.show_code(1)
    enter(page)
    held = page.locator("#held")
    expect(held).to_contain_text("张*")
    assert INSTRUCTION not in held.inner_text(), "whom it is about stands before this screen"
    page.click("#held-open")
    expect(held.locator(".level").first).to_contain_text(first)
    expect(held).to_contain_text(INSTRUCTION)
    for orders in LEVEL_ORDERS.values():
        expect(held).to_contain_text(orders.zh)
        expect(held).to_contain_text(orders.en)
    check_the_public_half(page)
    assert page.eval_on_selector("section[data-panel=menu]", "e => e.scrollWidth <= e.clientWidth")
    assert Axe().run(page).violations_count == 0
    stand.show_code(2)
    expect(held).to_be_hidden()
    stand.show_code(1)
    expect(held).to_be_visible()
    assert INSTRUCTION not in held.inner_text(), "each time anew"
    page.click("#staff-close")
    expect(held).to_be_hidden()
    assert INSTRUCTION not in page.content()
    page.close()


def check_the_public_half(page: Page) -> None:
    stage = page.locator("#stage").inner_text() + page.locator("#line").inner_text()
    assert "管控" not in stage
    assert INSTRUCTION not in stage
