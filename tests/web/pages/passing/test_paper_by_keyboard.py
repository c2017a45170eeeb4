"""A paper register typed with the keyboard alone: row after row, checked, mended where it was typed, kept."""

from __future__ import annotations

from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from tests.web.pages.site import Site, in_browser, opened, sent
from tests.web.tenants import Tenant, tenant
from web.services.desk import searching
from web.services.desk.filtering.filters import Filter
from web.store.scope import PROGRAM


def typed(page: Page, *cells: str) -> None:
    """One row, cell after cell."""
    for nth, cell in enumerate(cells):
        if nth:
            page.keyboard.press("Tab")
        page.keyboard.type(cell)


def test_a_sheet_is_typed_checked_mended_and_recorded_without_a_mouse(browser: Browser, served: Site):
    there = tenant(served.inst, "East Area", "Park Ltd")
    context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="zh-CN")
    page = in_browser(served, context)
    page.goto(f"{served.url}/venues/{there.venue}/paper/keys")
    page.locator("#day").fill("2026-11-20")
    page.locator("#key-rows input").first.focus()
    typed(page, "0910", "进", "李雷", "13900001111")
    page.keyboard.press("Enter")
    typed(page, "0912", "", "韩梅梅", "1370000")  # the direction of the row above; a phone that is too short
    page.keyboard.press("Enter")
    typed(page, '"', "", "王芳", "13700003333")  # the time of the row above
    page.get_by_role("button", name="逐行核对").press("Enter")
    expect(page.locator(".wrong")).to_have_count(1)
    page.get_by_role("button", name="返回修改").press("Enter")
    # The cell to mend says what is wrong with it and is where one types.
    expect(page.locator("[name=phone]").nth(1)).to_be_focused()
    expect(page.locator(".is-wrong")).to_contain_text("电话号码不完整")
    page.keyboard.type("13700002222")
    expect(page.locator(".is-wrong, #keys .wrong")).to_have_count(0)
    page.get_by_role("button", name="逐行核对").press("Enter")
    expect(page.get_by_role("button", name="登记 3 行")).to_be_visible()
    expect(page.locator(".wrong")).to_have_count(0)
    page.get_by_role("button", name="登记 3 行").press("Enter")
    page.wait_for_url("**/paper")
    rows = searching.search(served.inst, PROGRAM, Filter(venue_id=there.venue)).rows
    assert sorted((row.masked_name, row.direction, row.way) for row in rows) == [
        ("李*", "in", "paper"), ("王*", "in", "paper"), ("韩**", "in", "paper"),
    ]  # fmt: skip
    context.close()


def test_an_empty_grid_and_a_foreign_entrance_are_told(site: Site, staff: FlaskClient, there: Tenant):
    path = f"/venues/{there.venue}/paper/keys"
    answer = sent(site, staff, path, entrance=there.entrance, day="2026-11-20")
    assert answer.status_code == 422
    assert "No row is filled in yet." in answer.text
    answer = sent(site, staff, path, entrance="nowhere", day="2026-11-20", time="0910")
    assert answer.status_code == 422
    assert 'value="0910"' in answer.text
    assert opened(site, staff, "/venues/nothing/paper/keys").status_code == 404
