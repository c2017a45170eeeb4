"""A clerk finds one person by a phone in another spelling, and comes back to the same page by its address."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.web.pages.site import Site, in_browser
from tests.web.tenants import entry_item, tenant
from web.services.gates import ingest
from web.services.people import visitors
from web.services.people.visitors import Registration


def test_one_person_is_found_by_phone_in_another_spelling(served: Site, browser: Browser):
    there = tenant(served.inst, "East Area", "Park Ltd")
    people = (("王小明", "13800138000"), ("李四", "13900139000"))
    for seq, (name, phone) in enumerate(people, start=1):
        given = Registration(there.enterprise, name, phone, "visitor")
        person = visitors.register(served.inst, there.staff, given).visitor_id
        item = entry_item(there.gate, seq, served.clock() - seq * 1_000, private={"visitor_id": person})
        ingest.ingest(served.inst, there.gate, [item])
    context = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844})
    page = in_browser(served, context)
    page.goto(f"{served.url}/desk")
    expect(page.locator("#rows tr")).to_have_count(2)
    for spelt in ("+86 138 0013 8000", "１３８－００１３－８０００", "王小明"):
        page.goto(f"{served.url}/desk")
        page.get_by_text("Filter", exact=True).click()
        page.get_by_label("Person").fill(spelt)
        page.get_by_role("button", name="Show").click()
        expect(page.locator("#rows tr")).to_have_count(1)
        expect(page.locator("#rows strong")).to_have_text("王**")
        assert "138" not in page.url.replace(served.url, "")
    page.reload()
    expect(page.locator("#rows tr")).to_have_count(1)
    page.locator("#rows a").click()
    expect(page.get_by_text("138****8000")).to_be_visible()
    page.close()
