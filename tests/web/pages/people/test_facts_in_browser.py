"""The pages about what is known of a visitor, in a real browser: both languages, phone and desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.holding import on_hold
from tests.web.pages.looking import PHONE, quiet, usable
from tests.web.pages.site import Site, in_browser
from tests.web.tenants import Tenant
from web.services.people import credentials, holds, travels
from web.services.people.credential_values import Given, State
from web.services.people.visitors import Registered, Registration, register
from web.store.scope import PROGRAM


@pytest.fixture
def holder(served: Site, there: Tenant) -> Registered:
    """A visitor of whom everything is known that a page can show."""
    given = Registration(there.enterprise, "王小明", "13800138000", "contractor")
    done = register(served.inst, there.staff, given)
    credentials.declare(served.inst, done.visitor_id, Given("test", "2026-11-19 08:30"))
    credentials.add(
        served.inst, there.staff, "admin", done.visitor_id, Given("Forklift licence", "", "2027-01-01")
    )
    travels.declare(served.inst, done.visitor_id, "C 区 Riverside", "2026-11-18")
    text = holds.Given("red", "Owes 3,000 yuan", "Call Ms Chen, 8021", "Write to appeals@park.example")
    on_hold(served.inst, there.staff, done.visitor_id, text)
    holds.propose(served.inst, there.area, "admin", done.visitor_id, text)
    return done


@pytest.fixture(params=["en", "zh"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB" if request.param == "en" else "zh-CN")
    with quiet(context):
        page = context.new_page()
        page.emulate_media(reduced_motion="reduce")
        yield page
        context.close()


def sign_in(served: Site, page: Page) -> None:
    in_browser(served, page.context).close()


def test_the_staffs_pages_are_usable_in_both_languages_on_phone_and_desk(
    served: Site, page: Page, holder: Registered
) -> None:
    sign_in(served, page)
    for path in ("/visitors", f"/visitors/{holder.visitor_id}", "/holds", "/credentials/import"):
        page.goto(f"{served.url}{path}")
        for more in page.locator("main details.more > summary").all():
            more.click()
        usable(page, path)
    table = f"姓名,手机号,kind,since\n王小明,13800138000,test,2026-11-19 08:30\n李雷,1390013900,{'x' * 60},\n"
    page.set_input_files("#table", {"name": "t.csv", "mimeType": "text/csv", "buffer": table.encode()})
    page.click("main form button")
    expect(page.locator("tbody tr")).to_have_count(2)
    usable(page, "the report")
    with page.expect_navigation():
        page.click("main form .btn-primary")
    [tested] = [row for row in credentials.own(served.inst, holder.visitor_id) if row.kind == "test"]
    assert tested.state is State.VERIFIED


def test_the_name_of_another_kind_is_asked_only_when_there_is_one(
    served: Site, page: Page, holder: Registered
) -> None:
    sign_in(served, page)
    page.goto(f"{served.url}/visitors/{holder.visitor_id}")
    page.locator("main details.more > summary").first.click()
    expect(page.locator("#other")).to_be_hidden()
    page.select_option("#kind", "")
    page.fill("#other", "Crane licence")
    page.locator(".kind-form button").click()
    expect(page.locator(".item", has_text="Crane licence")).to_be_visible()


def test_a_visitor_declares_on_their_own_page_and_reads_how_to_appeal(
    served: Site, page: Page, holder: Registered
) -> None:
    page.set_viewport_size(PHONE)
    page.goto(holder.link)
    own = page.locator("#own")
    expect(own.locator(".own-notice")).to_contain_text("appeals@park.example")
    assert "8021" not in page.content()
    assert page.evaluate("location.hash") == ""
    own.locator("summary").first.click()
    page.select_option("#kind", "vaccination")
    page.fill("#since_day", "2027-01-01")
    own.locator(".kind-form .button").click()
    expect(page.locator("#since_day")).to_have_attribute("aria-invalid", "true")
    usable(page, "a mistake")
    page.set_viewport_size(PHONE)
    page.fill("#since_day", "2026-10-01")
    own.locator(".kind-form .button").click()
    expect(own.locator(".own-list").first.locator("li")).to_have_count(3)
    own.locator("[aria-labelledby=own-travels] summary").click()
    page.fill("#area", "D 区")
    page.fill("#day", "2026-11-17")
    own.locator("[aria-labelledby=own-travels] .button").click()
    expect(own).to_contain_text("D 区")
    assert [row.area for row in travels.listed(served.inst, PROGRAM, holder.visitor_id)] == [
        "C 区 Riverside",
        "D 区",
    ]
    page.click("#forget")
    expect(own).to_be_hidden()
    expect(own).not_to_contain_text("appeals@park.example")
    assert "appeals@park.example" not in page.content()


def test_a_lost_connection_is_told_and_what_was_typed_stays(
    served: Site, page: Page, holder: Registered
) -> None:
    page.goto(holder.link)
    own = page.locator("#own")
    own.locator("[aria-labelledby=own-travels] summary").click()
    page.fill("#area", "D 区")
    page.fill("#day", "2026-11-17")
    page.route("**/me/own/travels", lambda route: route.abort())
    own.locator("[aria-labelledby=own-travels] .button").click()
    expect(page.locator("#own-lost")).to_be_visible()
    page.unroute("**/me/own/travels")
    own.locator("[aria-labelledby=own-travels] .button").click()
    expect(own).to_contain_text("D 区")
    expect(page.locator("#own-lost")).to_be_hidden()
