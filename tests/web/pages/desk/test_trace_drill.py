"""A trace drill from end to end in a real browser: ask, count, release, read, print notices, close."""

from __future__ import annotations

import re

import pypdfium2
from playwright.sync_api import Browser, Page, expect

from tests.web.alone import HOUR, MINUTE, Holder, passed, took
from tests.web.pages.site import Site, in_browser, width_of
from tests.web.tenants import SettableClock, Tenant, tenant
from web.services.desk.projecting import projecting
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.people import visitors
from web.services.people.visitors import Registration

SHOTS = {"width": 390, "height": 844}


def somebody(inst: Installation, there: Tenant, name: str, phone: str) -> Holder:
    made = visitors.register(inst, there.staff, Registration(there.enterprise, name, phone, "visitor"))
    return Holder(made.visitor_id, "")


def a_morning(site: Site) -> None:
    """Ann and Bo came in together, Cy when both were there; nobody saw Bo leave."""
    there, clock = tenant(site.inst, "East Area", "Park Ltd"), site.clock
    nine = clock.ms - 26 * HOUR
    ann, bo, cy = (
        somebody(site.inst, there, f"{n} Lee", f"1380013800{i}") for i, n in enumerate(["Ann", "Bo", "Cy"])
    )
    items = [
        passed(there.gate, 1, nine, ann),
        passed(there.gate, 2, nine + 20_000, bo),
        passed(there.gate, 3, nine + 10 * MINUTE, cy),
        passed(there.gate, 4, nine + HOUR, ann, direction="out"),
        passed(there.gate, 5, nine + HOUR + 5 * MINUTE, cy, direction="out"),
    ]
    assert set(took(site.inst, there.gate, *items)) == {"stored"}
    while sequencing.sequence(site.inst):
        pass
    while projecting.caught_up(site.inst):
        pass


def signed_in(browser: Browser, served: Site, language: str) -> Page:
    context = browser.new_context(viewport=SHOTS, locale=language, reduced_motion="reduce")
    return in_browser(served, context)


def test_a_trace_goes_from_the_question_to_the_closed_file(
    browser: Browser, served: Site, clock: SettableClock
):
    a_morning(served)
    page = signed_in(browser, served, "en-GB")
    page.goto(f"{served.url}/desk/trace")
    page.get_by_role("link", name="Rehearsals").first.click()
    page.get_by_role("button", name="Rehearse now").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"{served.url}/desk/trace")
    page.get_by_role("button", name="Count first").click()
    expect(page.locator(".wrong")).to_have_count(2)  # whom, and what for
    page.get_by_label("Whom").fill("+86 138-0013-8000")
    page.get_by_label("What for").select_option("exercise")
    page.get_by_label("Remark").fill("Drill of November")
    page.get_by_role("button", name="Count first").click()
    expect(page.locator("dl.figures")).to_contain_text(re.compile(r"People met\s*2\b"))
    assert "138" not in page.url
    page.locator("#counted").fill("2")
    page.get_by_role("button", name="Release").click()
    rows = page.locator("section[aria-labelledby=met] tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("closer: same entrance, same minute")
    expect(rows.nth(1)).to_contain_text("scanned times")
    expect(page.locator(".timeline svg rect").nth(3)).to_be_attached()
    page.wait_for_load_state()
    assert "Bo Lee" not in page.content()
    assert width_of(page) <= SHOTS["width"]
    with page.expect_download() as sheet:
        page.get_by_role("button", name="PDF").click()
    assert len(pypdfium2.PdfDocument(sheet.value.path())) == 1
    page.get_by_text("Close this trace").first.click()
    page.locator(".ask-body button").click()
    expect(page.locator("tbody tr")).to_have_text(re.compile(r"Closed\s*$"))
    expect(page.get_by_text("Whom it was about is forgotten")).to_have_count(1)
    page.context.close()
