"""The test of a print on the staff's side of the screen."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from demo.kiosk_stand import HOST
from domain.venue import poster_url
from reader.inspection.inspecting import inspected_shown
from tests.kiosk.prints import held_up
from tests.kiosk.screen.staff.conftest import enter
from tests.kiosk.stand import Stand


def test_a_print_is_tested_beside_the_picture_and_visitors_are_told(page: Page, stand: Stand) -> None:
    text = poster_url(f"https://{HOST}", bytes(16))
    enter(page)
    page.click("[data-to=sheet]")
    expect(page.locator("#waiting #invitation")).to_contain_text("正在测试打印样张")
    expect(page.locator("#where")).to_contain_text("Visitors are not registered now")
    expect(page.locator("#sheet-notice")).to_contain_text("white border")
    shown = inspected_shown(held_up(text, quiet=2))

    def see(locator: str, said: str) -> None:
        """Hold the sheet up until the page says so."""
        for _ in range(300):
            stand.staff.sheets.saw([text], shown)
            if said in page.locator(locator).inner_text():
                break
            page.wait_for_timeout(100)
        expect(page.locator(locator)).to_contain_text(said)

    see("#sheet-verdict", "需更改")
    see("#sheet-changes", "keep 4 modules white")
    page.fill("#sheet-width", "120")
    see("#sheet-measures", "手机 1.09 米")
    page.fill("#sheet-width", "wide")
    expect(page.locator("#sheet-width-error")).to_contain_text("毫米")
    page.fill("#sheet-width", "")
    see("#sheet-kind", f"本站点的场所码（{HOST}）")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    section = page.locator("section[data-panel=sheet]")
    assert section.evaluate("e => e.scrollWidth <= e.clientWidth")
    page.click("#staff-back")
    expect(page.locator("#waiting #invitation")).to_contain_text("请出示访客码")
    assert not stand.staff.sheets.running


def test_a_test_of_a_print_that_ended_by_itself_says_so_and_begins_again(page: Page, stand: Stand) -> None:
    enter(page)
    page.click("[data-to=sheet]")
    expect(page.locator("#sheet-notice")).to_contain_text("white border")
    stand.staff.sheets.end()
    expect(page.locator("#sheet-notice")).to_contain_text("测试已结束")
    page.click("#sheet-again")
    expect(page.locator("#sheet-notice")).to_contain_text("white border")
    page.click("#staff-close")
    expect(page.locator("#invitation")).to_contain_text("Show your visitor code")
