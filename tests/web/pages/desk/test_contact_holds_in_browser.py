"""From a trace to the door in a real browser: contacts are put on hold by two, referred, and let in again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.access import Role
from tests.web.alone import HOUR, MINUTE, Holder, passed, took
from tests.web.members import member
from tests.web.pages.looking import PHONE, quiet, usable
from tests.web.pages.site import Site, in_browser, poster_path
from tests.web.tenants import SettableClock, Tenant
from web.services.desk.projecting import projecting
from web.services.logs import sequencing
from web.services.people import visitors
from web.services.people.visitors import Registration

OTHER = "bob@park.example"
_WORDS = {
    "en": {
        "count": "Count first", "release": "Release", "choose": "Choose whom", "propose": "Propose",
        "again": "Count again", "confirm": "Confirm all", "lift": "Lift all",
    },
    "zh": {
        "count": "先统计人数", "release": "批准查看", "choose": "选择对象", "propose": "提出",
        "again": "重新统计", "confirm": "全部确认", "lift": "全部解除",
    },
}  # fmt: skip


def a_morning(site: Site, there: Tenant) -> None:
    """Ann and Bo came in together, Cy a while after them; all have left."""
    nine = site.clock.ms - 26 * HOUR
    people = [
        Holder(visitors.register(site.inst, there.staff, who).visitor_id, "")
        for who in (
            Registration(there.enterprise, f"{name} Lee", f"1380013800{nth}", "visitor")
            for nth, name in enumerate(["Ann", "Bo", "Cy"])
        )
    ]
    came = zip(people, (nine, nine + 20_000, nine + 10 * MINUTE), strict=True)
    items = [passed(there.gate, seq, at_ms, who) for seq, (who, at_ms) in enumerate(came, 1)]
    items += [
        passed(there.gate, seq, nine + HOUR + seq * MINUTE, who, direction="out")
        for seq, who in enumerate(people, 4)
    ]
    assert set(took(site.inst, there.gate, *items)) == {"stored"}
    while sequencing.sequence(site.inst):
        pass
    while projecting.caught_up(site.inst):
        pass


def released(served: Site, page: Page, words: dict[str, str]) -> None:
    page.goto(f"{served.url}/desk/trace")
    page.fill("#who", "13800138000")
    page.select_option("#purpose", "investigation")
    page.get_by_role("button", name=words["count"]).click()
    page.fill("#counted", "2")
    page.get_by_role("button", name=words["release"]).click()


def checks_in(served: Site, browser: Browser, there: Tenant) -> str:
    """What Bo's phone shows at the poster."""
    context = browser.new_context(viewport=PHONE, locale="en-GB")
    page = context.new_page()
    page.goto(f"{served.url}{poster_path(served, there)}")
    page.fill("#name", "Bo Lee")
    page.fill("#phone", "13800138001")
    page.click("#check-in button.button")
    page.wait_for_url("**/checked-in/*")
    said = page.locator("main").inner_text()
    context.close()
    return said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_contact_is_sent_to_the_staff_until_all_are_lifted(
    browser: Browser, served: Site, there: Tenant, clock: SettableClock, language: str
) -> None:
    a_morning(served, there)
    member(served.inst, OTHER, Role.COMPLIANCE, there.area)
    words, locale = _WORDS[language], "en-GB" if language == "en" else "zh-CN"
    one, two = (browser.new_context(locale=locale, reduced_motion="reduce") for _ in range(2))
    with quiet(one), quiet(two):
        page, colleague = in_browser(served, one), in_browser(served, two, OTHER)
        released(served, page, words)
        usable(page, "the result")
        page.get_by_role("link", name=words["choose"]).click()
        page.get_by_role("button", name=words["count"]).click()
        expect(page.locator("#purpose")).to_have_attribute("aria-invalid", "true")
        usable(page, "a mistake")
        page.select_option("#whom", "close")
        page.select_option("#purpose", "investigation")
        page.fill("#instruction", "Ask for a test")
        page.fill("#reason", "Was near somebody ill")
        page.fill("#appeal", "Call the clinic, 8021")
        page.get_by_role("button", name=words["count"]).click()
        expect(page.locator("dl.figures dd").last).to_have_text("1")
        usable(page, "counted")
        page.select_option("#whom", "met")
        page.get_by_role("button", name=words["again"]).click()
        expect(page.locator("dl.figures dd").last).to_have_text("2")
        page.fill("#counted", "1")
        page.get_by_role("button", name=words["propose"], exact=True).click()
        expect(page.locator("#counted")).to_have_attribute("aria-invalid", "true")
        page.fill("#counted", "2")
        page.get_by_role("button", name=words["propose"], exact=True).click()
        page.wait_for_url("**/holds/cases/*")
        expect(page.get_by_role("button", name=words["confirm"])).to_have_count(0)
        usable(page, "proposed")
        assert "Admitted" in checks_in(served, browser, there), "a proposal stops nobody"
        clock.pass_s(600)
        colleague.goto(f"{served.url}/holds")
        usable(colleague, "all holds")
        colleague.locator("[aria-labelledby=cases] a").click()
        expect(colleague.locator("tbody tr")).to_have_count(2)
        usable(colleague, "to confirm")
        colleague.fill("#counted", "2")
        colleague.get_by_role("button", name=words["confirm"]).click()
        expect(colleague.locator("#lift")).to_be_visible()
        usable(colleague, "in force")
        clock.pass_s(600)
        said = checks_in(served, browser, there)
        assert "Please speak to the staff" in said
        assert not re.search("yellow|ill|clinic|test", said)
        page.reload()
        page.get_by_text(words["lift"]).first.click()
        page.locator(".ask-body button").click()
        expect(page.locator("#lift")).to_have_count(0)
        clock.pass_s(600)
        assert "Admitted" in checks_in(served, browser, there)
    one.close()
    two.close()
