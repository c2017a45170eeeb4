"""What a browser does with the forms of enterprises and venues when something in them is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.access import Role
from tests.web.pages.looking import PHONE
from tests.web.pages.site import PASSWORD, Site, in_browser
from tests.web.tenants import Tenant
from web.services import accounts
from web.services.places import places
from web.store.scope import PROGRAM


@pytest.fixture
def phone(browser: Browser, served: Site, there: Tenant) -> Iterator[Page]:
    """A clerk's phone, signed in for the enterprise alone."""
    accounts.create_account(served.inst, "clerk", PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    context = browser.new_context(viewport=PHONE, locale="en-GB")
    yield in_browser(served, context, "clerk")
    context.close()


def test_back_from_what_was_made_shows_the_form_and_no_question_of_the_browser(
    served: Site, phone: Page, there: Tenant
) -> None:
    new = f"{served.url}/enterprises/{there.enterprise}/venues/new"
    phone.goto(new)
    phone.fill("#name", "New hall")
    phone.click("main button")
    expect(phone.locator("#address-error")).to_be_visible()
    expect(phone.locator("#name")).to_have_value("New hall")
    phone.fill("#address", "2 Road")
    phone.click("main button")
    expect(phone.locator("h1")).to_contain_text("New hall")
    venue = phone.url
    phone.fill("#name", " ")
    phone.click("main button.btn-primary")
    expect(phone.locator("#name-error")).to_be_visible()
    assert phone.url == venue  # its own address takes forms alone
    phone.fill("#name", "Door")
    phone.click("main button.btn-primary")
    expect(phone.locator("h2", has_text="Door")).to_be_visible()
    phone.go_back()
    expect(phone.locator("h1")).to_contain_text("New hall")
    while phone.url != new:
        assert phone.go_back()
    expect(phone.locator("h1")).to_have_text("Add a venue")


def test_a_venue_that_is_there_already_is_named_beside_what_was_typed(
    served: Site, phone: Page, there: Tenant
) -> None:
    new = f"{served.url}/enterprises/{there.enterprise}/venues/new"
    for capacity in ("", "77"):
        phone.goto(new)
        phone.fill("#name", "New hall")
        phone.fill("#address", "2 Road")
        phone.fill("#capacity", capacity)
        phone.click("main button")
        if not capacity:
            phone.click("main button.btn-primary")  # its entrance
            expect(phone.locator("h2", has_text="Main entrance")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("has a venue of this name at this address already")
    expect(phone.locator("#name")).to_have_value("New hall")
    expect(phone.locator("#capacity")).to_have_value("77")
    phone.click("text=Go to this venue")
    expect(phone.locator("h1")).to_contain_text("New hall")


def test_back_to_what_was_sent_shows_the_form_and_sends_nothing_again(
    served: Site, phone: Page, there: Tenant, tmp_path: Path
) -> None:
    table = tmp_path / "doors.csv"
    table.write_text("单位名称,场所名称,地址,出入口\nPark Ltd,一号厂房,滨海路1号,东门\n", encoding="utf-8")
    phone.goto(f"{served.url}/places/import")
    phone.set_input_files("input[name=table]", table)
    phone.click("text=Check the table")
    phone.click("text=Do this")
    expect(phone.locator("main")).to_contain_text("1 venue waits for review")
    phone.go_back()
    expect(phone.locator("h1")).to_have_text("Import venues")

    phone.goto(f"{served.url}/staff")
    phone.click("text=Make the link")
    expect(phone.locator("#link")).to_have_value(re.compile("/join#"))
    phone.goto(served.url)
    phone.go_back()
    expect(phone.locator("h1")).to_have_text("Staff")
    expect(phone.locator("main")).to_contain_text("Withdraw")

    phone.goto(f"{served.url}/venues/{there.venue}")
    phone.locator("main").get_by_role("button", name="Add a kiosk").first.click()
    expect(phone.locator("h1")).to_contain_text("Add a kiosk at")
    phone.goto(served.url)
    phone.go_back()
    expect(phone).to_have_url(f"{served.url}/venues/{there.venue}")

    places.create_entrance(served.inst, PROGRAM, there.venue, "Back gate")
    phone.goto(f"{served.url}/prints/codes")
    phone.check("[name=which][value=all]")
    phone.click("text=Make the file")
    phone.click("[name=issue][value=now]")
    expect(phone).to_have_url(re.compile("/prints/jobs/"))
    phone.go_back()
    expect(phone.locator("h1")).to_have_text("Print codes of many entrances")


def test_back_from_a_mended_enterprise_shows_its_form(served: Site, phone: Page, there: Tenant) -> None:
    page = f"{served.url}/enterprises/{there.enterprise}"
    phone.goto(f"{page}/edit")
    phone.fill("#name", "Park & Sons")
    phone.fill("#credit_code", "wrong")
    phone.click("main button")
    expect(phone.locator("#credit_code-error")).to_be_visible()
    phone.fill("#credit_code", "")
    phone.click("main button")
    expect(phone).to_have_url(page)
    phone.go_back()
    expect(phone.locator("h1")).to_have_text("Change the enterprise")
    expect(phone.locator("#name")).to_have_value("Park & Sons")
