from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from domain.gate_settings import GateSettings
from domain.policy import Asked, Policy
from tests.kiosk.desk.acting import does
from tests.kiosk.screen.staff.conftest import enter
from tests.kiosk.stand import Stand

PANELS = ("temperature", "companions", "vehicle", "phoneless", "refusal", "undo")


def spooled(stand: Stand) -> list[dict[str, Any]]:
    return stand.entries()


def test_the_staffs_side_is_shut_until_the_pin_and_again_after_close(page: Page) -> None:
    page.click("#staff-open")
    expect(page.locator("section[data-panel=menu]")).to_be_hidden()
    page.fill("#pin-pin", "0000")
    page.press("#pin-pin", "Enter")
    expect(page.locator("#pin-pin-error")).to_contain_text("PIN 不正确")
    expect(page.locator("#pin-pin-error")).to_contain_text("This PIN is wrong")
    page.click("#staff-close")
    enter(page)
    page.click("#staff-close")
    expect(page.locator("#staff")).to_be_hidden()
    page.click("#staff-open")
    expect(page.locator("section[data-panel=pin]")).to_be_visible()
    assert page.evaluate("document.cookie") == "", "no script reads the session"


def test_without_a_pin_it_says_where_to_set_one(page: Page, stand: Stand) -> None:
    stand.rule(settings=GateSettings())
    stand.board.touch()
    page.click("#staff-open")
    expect(page.locator("#pin-unset")).to_contain_text("终端设置")
    expect(page.locator("#pin-form")).to_be_hidden()


def test_it_shuts_by_itself_when_nobody_uses_it(
    page: Page, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(page)
    monkeypatch.setattr("kiosk.desk.door.IDLE_MS", 0)
    expect(page.locator("section[data-panel=menu]")).to_be_hidden()
    expect(page.locator("section[data-panel=pin]")).to_be_visible()


def test_visitors_are_answered_beside_the_open_sheet(page: Page, stand: Stand) -> None:
    enter(page)
    stand.show_code(1)
    expect(page.locator("body[data-view=card] #card[data-card=admitted]")).to_contain_text("张*")
    expect(page.locator("#people-inside")).to_have_text("1")
    card, sheet = page.locator("#card").bounding_box(), page.locator("#staff").bounding_box()
    assert card is not None
    assert sheet is not None
    assert card["x"] + card["width"] <= sheet["x"] + 1


def test_an_error_stands_beside_its_field_in_both_languages(page: Page, stand: Stand) -> None:
    enter(page)
    page.click(".tile[data-to=phoneless]")
    page.fill("#registration-name", "韩梅梅")
    page.fill("#registration-phone", "1380")
    page.click("[data-act=registration] [type=submit]")
    error = page.locator("#registration-phone-error")
    expect(error).to_contain_text("电话号码不完整")
    expect(error).to_contain_text("not a complete phone number")
    expect(page.locator("#registration-phone")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#registration-name-error")).to_be_hidden()
    page.fill("#registration-phone", "138 0013 8000")
    page.click("[data-act=registration] [type=submit]")
    expect(page.locator("#staff-told")).to_contain_text("放行")
    expect(page.locator("#card[data-card=admitted]")).to_contain_text("韩**")
    assert spooled(stand)[0]["private"]["phone"] == "+8613800138000"


def test_the_last_entry_is_taken_back_after_one_question(page: Page, stand: Stand) -> None:
    stand.show_code(1)
    enter(page)
    page.click(".tile[data-to=undo]")
    expect(page.locator("#undo-what")).to_contain_text("张*")
    page.click("[data-act=undo] [type=submit]")
    expect(page.locator("#card[data-card=taken_back]")).to_contain_text("已撤销")
    expect(page.locator("#people-inside")).to_have_text("0")
    assert spooled(stand)[1]["corrects"] == spooled(stand)[0]["id"]


def test_companions_and_direction_are_set_with_a_thumb(page: Page, stand: Stand) -> None:
    enter(page)
    page.click(".tile[data-to=companions]")
    for _ in range(3):
        page.click("[data-act=companions] [data-step='1']")
    page.click("[data-act=companions] [type=submit]")
    expect(page.locator("#expected")).to_contain_text("+3")
    page.click("[data-direction=out]")
    expect(page.locator("#way")).to_contain_text("出")
    expect(page.locator("[data-direction=out]")).to_have_attribute("aria-pressed", "true")


def test_what_was_done_is_told_without_moving_a_control_and_only_over_the_menu(page: Page) -> None:
    enter(page)
    places = "all => all.map(e => Math.round(e.getBoundingClientRect().top))"
    before = page.eval_on_selector_all("#staff .tile", places)
    page.click("[data-direction=out]")
    expect(page.locator("#staff-told")).to_be_visible()
    assert page.eval_on_selector_all("#staff .tile", places) == before
    page.click(".tile[data-to=refusal]")
    expect(page.locator("#staff-told")).to_be_hidden()


def test_what_is_said_of_the_next_visitor_moves_no_control(page: Page, stand: Stand) -> None:
    stand.rule(policy=Policy(temperature=Asked.REQUIRE))
    enter(page)
    places = "all => all.map(e => Math.round(e.getBoundingClientRect().top))"
    before = page.eval_on_selector_all("[data-panel=menu] :is(.tile, [data-direction], .wide)", places)
    does(stand, "companions", count="2")
    stand.show_code(1)
    expect(page.locator("#feverish")).to_be_in_viewport(ratio=1)
    does(stand, "companions", count="3")
    expect(page.locator("#expected")).to_contain_text("+3")
    expect(page.locator("#expected")).to_be_in_viewport(ratio=1)
    assert (
        page.eval_on_selector_all("[data-panel=menu] :is(.tile, [data-direction], .wide)", places) == before
    )


def test_a_reason_that_is_chosen_is_told_in_each_language(page: Page, stand: Stand) -> None:
    enter(page)
    page.click(".tile[data-to=refusal]")
    chip = page.locator(".chips button").first
    expect(chip.locator("[lang='zh-CN']")).to_have_text("未预约")
    expect(chip.locator("[lang=en]")).to_have_text("no appointment")
    chip.click()
    expect(page.locator("#refusal-why")).to_have_value("未预约")
    page.click("[data-act=refusal] [type=submit]")
    expect(page.locator("#card-sentence [lang='zh-CN']")).to_contain_text("：未预约。")
    expect(page.locator("#card-sentence [lang=en]")).to_contain_text(": no appointment.")
    page.click(".tile[data-to=refusal]")
    page.locator(".chips button").first.click()
    page.fill("#refusal-why", "没有登记 not listed")
    page.click("[data-act=refusal] [type=submit]")
    expect(page.locator("#card-sentence [lang=en]")).to_contain_text(": 没有登记 not listed.")
    assert [entry["private"]["details"] for entry in stand.entries()] == [
        {"why": "no appointment", "why_zh": "未预约"},
        {"why": "没有登记 not listed"},
    ]


def test_the_last_press_of_a_long_form_stays_in_sight(page: Page) -> None:
    enter(page)
    page.click(".tile[data-to=vehicle]")
    for _ in range(6):
        page.click("[data-act=vehicle] [data-step='1']")
    expect(page.locator("#vehicle-phone6")).to_be_attached()
    expect(page.locator("[data-act=vehicle] [type=submit]")).to_be_in_viewport(ratio=1)
    page.focus("#vehicle-phone6")
    field, press = (
        page.locator(name).bounding_box() for name in ("#vehicle-phone6", "[data-act=vehicle] [type=submit]")
    )
    assert field
    assert press
    assert field["y"] + field["height"] <= press["y"], "the press does not cover what is being typed"


# Upright it is pressed in gloves, which need one and a half times as much.
@pytest.mark.parametrize(
    ("width", "height", "least"), [(1280, 720, 44), (1024, 768, 44), (1080, 1920, 72), (800, 1280, 72)]
)
def test_every_panel_fits_and_every_control_is_large_enough(
    browser: Browser, stand: Stand, width: int, height: int, least: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    for language in ("zh", "en"):
        page.goto(f"{stand.url}/?lang={language}")
        enter(page)
        for panel in (None, *PANELS):
            if panel:
                page.click(f".tile[data-to={panel}]")
            sizes = page.eval_on_selector_all(
                "#staff button, #staff input:not([type=radio]):not([type=hidden]), #staff .choice",
                "all => all.filter(e => e.offsetParent).map(e => [e.offsetHeight, e.offsetWidth])",
            )
            assert sizes
            assert min(min(size) for size in sizes) >= least
            section = f"section[data-panel={panel or 'menu'}]"
            assert page.eval_on_selector(section, "e => e.scrollWidth <= e.clientWidth")
            assert page.eval_on_selector(section, "e => e.scrollHeight <= e.clientHeight")
            if panel:
                page.click("#staff-back")
        page.click("#staff-close")
    page.close()


def test_axe_finds_nothing_on_the_staffs_side(page: Page, stand: Stand) -> None:
    def check(panel: str) -> None:
        found = Axe().run(page).response["violations"]
        assert [(panel, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []

    page.click("#staff-open")
    check("pin")
    page.click("#staff-close")
    stand.rule(policy=Policy(temperature=Asked.REQUIRE))
    stand.show_code(1)
    enter(page)
    check("menu")
    for panel in PANELS:
        page.click(f".tile[data-to={panel}]")
        check(panel)
        page.click("#staff-back")


BURST = """
([text, gap]) => { const field = document.activeElement;
  let at = performance.now() + (window.later = (window.later ?? 0) + 5000);
  for (const key of [...text, "Enter"]) {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    Object.defineProperty(event, "timeStamp", { value: at });
    at += gap;
    if (field.dispatchEvent(event) && key.length === 1 && "value" in field) field.value += key;
  } }
"""


def heard(page: Page, stand: Stand, *codes: str) -> None:
    """Wait until these codes arrived at the kiosk, and no other came along."""
    for _ in range(400):
        if len(stand.scanned) >= len(codes):
            break
        page.wait_for_timeout(50)
    page.wait_for_timeout(200)
    assert stand.scanned == list(codes)


def test_a_hand_scanner_is_heard_whatever_has_the_focus_and_typing_is_not(page: Page, stand: Stand) -> None:
    code = "CP1:6BF-F5K8E%A$0+*./"
    page.evaluate(BURST, [code, 8])
    heard(page, stand, code)
    page.evaluate(BURST, [code, 90])
    page.evaluate(BURST, ["TOO SHORT 12345", 8])
    page.click("#staff-open")
    page.locator("#pin-pin").focus()
    page.fill("#pin-pin", "25")
    page.evaluate(BURST, [code, 8])
    heard(page, stand, code, code)
    expect(page.locator("#pin-pin")).to_have_value("25")  # as it was
    page.keyboard.type("80", delay=120)
    page.keyboard.press("Enter")
    expect(page.locator("section[data-panel=menu]")).to_be_visible()
